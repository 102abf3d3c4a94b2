import type { AlertMessage, Notice } from "#contracts/alert.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { BookingRequest } from "#contracts/register.ts";
import type { Subscription } from "#contracts/subscription.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { Records } from "#ports/records.ts";
import type { Senders } from "#use-cases/notices/pace-sending.ts";
import { sendDueNotices } from "#use-cases/notices/send-due-notices.ts";
import { type ReturnedAlert, takeBack } from "#use-cases/notices/take-back.ts";
import { registerBookings } from "#use-cases/register/register-bookings.ts";
import { registerDevices } from "#use-cases/register/register-devices.ts";
import { createWorld, testForce } from "./workflow-world.ts";

export type NoticesWorld = ReturnType<typeof createNoticesWorld>;

type Message = AlertMessage | Notice;
type Refusal = (message: Message) => Error | undefined;

/** What is notified at seven in the morning, by a force whose addresses are all as they should be. */
export const MORNING = "2026-11-22T07:00:00.000Z";

/**
 * A world of which the test sees every message as it leaves, may refuse any of them, and turns the clock; what the
 * stack's function does every five minutes is done when the test says so.
 */
export function createNoticesWorld(
  options: {
    readonly records?: Records;
    readonly now?: string;
    readonly levels?: readonly string[];
    /** What takes each message that leaves. */
    readonly through?: Senders;
  } = {},
) {
  const { levels = ["duty supervisors", "professional standards"], now = MORNING, records } = options;
  const force: ForceConfig = {
    ...testForce,
    alerts: {
      ...testForce.alerts,
      levels: levels.map((name, index) => ({
        name,
        emails: [`level-${index + 1}@police.example`],
        phones: [],
      })),
    },
  };
  const sent: Message[] = [];
  const told: Parameters<OperationsAlert["tell"]>[0][] = [];
  let refusal: Refusal = () => undefined;
  let isOperationsDown = false;
  let subscribed = (topic: number | "operations"): readonly Subscription[] => {
    const emails =
      topic === "operations" ? force.operations.emails : (force.alerts.levels[topic - 1]?.emails ?? []);
    return emails.map((endpoint) => ({ protocol: "email", endpoint, confirmed: true, protected: true }));
  };
  const publisher = {
    publish: async (message: Message) => {
      const refused = refusal(message);
      if (refused !== undefined) throw refused;
      sent.push(message);
      return options.through?.publisher.publish(message) ?? { messageId: `m-${sent.length}` };
    },
  };
  const operations: OperationsAlert = {
    tell: async (message) => {
      if (isOperationsDown) throw new Error("the operations topic is gone");
      told.push(message);
      await options.through?.operations.tell(message);
    },
  };
  const senders = { publisher, operations };
  const world = createWorld({ now, force, senders, ...(records === undefined ? {} : { records }) });
  const deps = {
    ...world.deps,
    subscriptions: async (topic: number | "operations") => subscribed(topic),
  };
  const at = (seconds: number, from: string = now) =>
    new Date(Date.parse(from) + seconds * 1000).toISOString();
  return {
    ...world,
    deps,
    force,
    /** Everything that left, oldest first. */
    sent,
    /** What operations were told. */
    told,
    ids: (type?: Message["type"]) =>
      sent.filter((message) => type === undefined || message.type === type).map(({ alertId }) => alertId),
    of: (type: Message["type"]) => sent.filter((message) => message.type === type),
    /** So many seconds after the world began, or another time. */
    at,
    turnTo: (seconds: number) => world.advanceTo(at(seconds)),
    refuse: (next: Refusal) => {
      refusal = next;
    },
    takeEverything: () => {
      refusal = () => undefined;
      isOperationsDown = false;
    },
    takeOperationsDown: () => {
      isOperationsDown = true;
    },
    subscribe: (next: typeof subscribed) => {
      subscribed = next;
    },
    run: () => sendDueNotices(deps),
    takeBack: (returned: ReturnedAlert) => takeBack(returned, deps),
    register: async (serial: string, kind: "weapon" | "camera", status: "active" | "revoked" = "active") => {
      const device = { serial, kind, status, model: "M" } as const;
      await registerDevices({ devices: [device], replace: true, by: "admin-1", pointerOf: () => "" }, deps);
    },
    putOfficer: (officerId: string, fields: object = {}) =>
      world.register.putOfficer({
        officerId,
        collarNumber: `${officerId}MD`,
        team: "Response B",
        borough: "Southwark",
        taserTrained: true,
        cameraIssued: true,
        ...fields,
      }),
    bookAll: (...bookings: readonly BookingRequest[]) =>
      registerBookings({ bookings, by: "admin-1", pointerOf: (line) => `/${line}` }, deps),
  };
}
