import { setTimeout as pauseFor } from "node:timers/promises";
import * as z from "zod";
import { makeDeviceKey } from "#infra/device/device-key.ts";
import { type Check, CheckFailedError } from "./check.ts";
import { expectBody, expectPointers, expectProblem, expectStatus, expectThat } from "./expect.ts";
import { signerOf, type Tampering } from "./requests.ts";
import { declaredAnswer, logAnswer, testRow, type World } from "./world.ts";

const REGISTER = "§3 PUT /v1/devices/{serial}";
const IDENTITY = "§3 Devices and gateways";
const DRILL = "§1 drill";
/** A revocation must act within so long, wherever it was made. */
const REVOKED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 2000;

/** A camera that an admin registered for this run, with two keys, as during a change-over. */
async function registerCamera(world: World) {
  const serial = world.newName("K");
  const device = { serial, kind: "camera", model: "DRILL" } as const;
  const [one, other] = [makeDeviceKey(device), makeDeviceKey(device)];
  const publicKeys = [...(one.registration.publicKeys ?? []), ...(other.registration.publicKeys ?? [])];
  const registration = { kind: "camera", model: "DRILL", status: "active", publicKeys };
  const path = `/v1/devices/${serial}`;
  expectStatus(await world.sendAsAdmin("PUT", path, registration), 201, 200);
  const signing = [one, other].map(
    ({ privateKeyJwk }): Tampering => ({ signer: signerOf({ keyId: serial, privateKeyJwk }) }),
  );
  const revoke = async () => {
    expectStatus(await world.sendAsAdmin("PUT", path, { ...registration, status: "revoked" }), 200, 201);
  };
  return { serial, registration, path, signing, revoke };
}

const declarationOf = (world: World, serial: string) =>
  world.declaration({ camera: { serial, kind: "body-worn" } });

/** Looks until the request is refused with one of these statuses. */
async function refusedWithin(
  what: string,
  ask: () => Promise<{ status: number }>,
  ...statuses: readonly number[]
) {
  const until = performance.now() + REVOKED_WITHIN_MS;
  for (;;) {
    const { status } = await ask();
    if (statuses.includes(status)) return;
    if (performance.now() > until) {
      throw new CheckFailedError(
        `${what} was answered ${status} ${REVOKED_WITHIN_MS / 1000} s after its revocation`,
      );
    }
    await pauseFor(LOOK_EVERY_MS);
  }
}

/** What an admin can do for, and against, a device. Each device that is registered here ends revoked. */
export const registrationChecks: readonly Check[] = [
  {
    id: "two-keys",
    clause: REGISTER,
    title: "Both keys of a serial are accepted during a change-over; a third is refused and named",
    run: async (world) => {
      const camera = await registerCamera(world);
      for (const signing of camera.signing) {
        const declaration = declarationOf(world, camera.serial);
        expectBody(await world.send("POST", "/v1/footage", declaration, signing), declaredAnswer, 201);
      }
      const third = makeDeviceKey({ serial: camera.serial, kind: "camera", model: "DRILL" });
      const publicKeys = [...camera.registration.publicKeys, ...(third.registration.publicKeys ?? [])];
      const reply = await world.sendAsAdmin("PUT", camera.path, { ...camera.registration, publicKeys });
      expectPointers(reply, "/publicKeys");
      await camera.revoke();
    },
  },
  {
    id: "device-for-itself-only",
    clause: IDENTITY,
    title: "A device speaks for itself and for no other",
    run: async (world) => {
      const camera = await registerCamera(world);
      const [signing] = camera.signing;
      const own = declarationOf(world, camera.serial);
      const { footageId } = expectBody(
        await world.send("POST", "/v1/footage", own, signing),
        declaredAnswer,
        201,
      );
      expectStatus(await world.send("GET", `/v1/footage/${footageId}`, undefined, signing), 200);
      const foreign = declarationOf(world, world.newName("C"));
      expectProblem(await world.send("POST", "/v1/footage", foreign, signing), 403, 401);
      await camera.revoke();
    },
  },
  {
    id: "revoked",
    clause: IDENTITY,
    title: "Within 60 s of its revocation a device's signature is 401, and a gateway speaks for it no more",
    run: async (world) => {
      const camera = await registerCamera(world);
      const [signing] = camera.signing;
      const declare = (how?: Tampering) =>
        world.send("POST", "/v1/footage", declarationOf(world, camera.serial), how);
      expectStatus(await declare(signing), 201);
      await camera.revoke();
      await refusedWithin("the device's own request", () => declare(signing), 401);
      await refusedWithin("the gateway's request", () => declare(), 401, 403);
    },
  },
  {
    id: "drill-marked",
    clause: DRILL,
    title: "What a drill makes is marked as one",
    run: async (world) => {
      const incident = await incidentOf(world, world.log());
      expectThat(incident.drill === true, "the incident's `drill` is not true");
    },
  },
  {
    id: "log-conflict-flagged",
    clause: "§3 Idempotence",
    title: "A `seq` with two contents is flagged LOG_CONFLICT in the verdict",
    run: async (world) => {
      const log = world.log();
      await incidentOf(world, log);
      const other = { ...log, events: [testRow(1, { batteryPercent: 7 })] };
      const flagged = (found: Incident) =>
        found.verdict?.findings.some(({ code }) => code === "LOG_CONFLICT") ?? false;
      await incidentOf(world, other, flagged);
    },
  },
];

const incident = z.object({
  drill: z.boolean(),
  verdict: z.object({ findings: z.array(z.object({ code: z.string() })) }).optional(),
});
type Incident = z.output<typeof incident>;

const JUDGED_WITHIN_MS = 60_000;

/** The incident that the log's rows make, once it is judged and as it should be. */
async function incidentOf(
  world: World,
  log: object,
  isAsItShouldBe: (found: Incident) => boolean = ({ verdict }) => verdict !== undefined,
): Promise<Incident> {
  const { incidents } = expectBody(await world.send("POST", "/v1/weapon-logs", log), logAnswer, 202);
  const [first] = incidents;
  if (first === undefined) throw new CheckFailedError("the log made no incident");
  const until = performance.now() + JUDGED_WITHIN_MS;
  for (;;) {
    const reply = await world.sendAsAdmin("GET", `/v1/incidents/${first.incidentId}`);
    const found = expectBody(reply, incident, 200);
    if (isAsItShouldBe(found)) return found;
    if (performance.now() > until) {
      throw new CheckFailedError(`after ${JUDGED_WITHIN_MS / 1000} s it is ${JSON.stringify(found)}`);
    }
    await pauseFor(LOOK_EVERY_MS);
  }
}
