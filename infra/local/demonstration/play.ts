import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import type { DeviceKey } from "#infra/device/sign-request.ts";
import {
  type Answer,
  createDeviceClient,
  createPersonClient,
  type DeviceClient,
  type PersonClient,
} from "#infra/local/device-client.ts";
import { sampleClip } from "#infra/local/footage/catalogue.ts";
import { type Observation, observation } from "./observation.ts";
import { bookingsOf, declarationOf, devicesOf, logsOf, momentOf, officersOf, reportOf } from "./shift.ts";
import type { Situation } from "./situations.ts";

/** Who plays, where, and who listens. */
export type Stage = {
  readonly baseUrl: string;
  readonly gateway: DeviceKey;
  readonly tokens: { readonly supervisor: string; readonly admin: string };
  readonly graceHours: number;
  readonly say: (line: string) => void;
};

type Player = Stage & {
  readonly device: DeviceClient;
  readonly supervisor: PersonClient;
  readonly admin: PersonClient;
};

/** The local run answered something that no expected outcome can follow. */
export class DemonstrationError extends Error {
  override readonly name = "DemonstrationError";
}

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 150;

function expectStatus(answer: Answer, what: string, ...statuses: readonly number[]): unknown {
  if (!statuses.includes(answer.status)) {
    throw new DemonstrationError(`${what} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return answer.body;
}

/** Looks until `found` gives something; throws `DemonstrationError` when it does not in time. */
async function lookUntil<T>(what: string, found: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await found();
    if (value !== undefined) return value;
    if (Date.now() > until) throw new DemonstrationError(`Waited ${PATIENCE_MS / 1000} s for ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}

const declared = z.object({
  footageId: z.string(),
  upload: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }).nullable(),
});

async function uploadClip(
  player: Player,
  situation: Situation,
  index: number,
  moment: Date,
): Promise<string> {
  const name = situation.clips[index]?.clip;
  if (!name) throw new RangeError(`Situation ${situation.number} has no clip ${index}`);
  const file = sampleClip(name);
  const declaration = declarationOf(situation, index, moment, new Date(), file);
  const times = situation.twiceAndBackwards ? 2 : 1;
  let footageId = "";
  for (let round = 0; round < times; round += 1) {
    const answer = declared.parse(
      expectStatus(await player.device.post("/v1/footage", declaration), "POST /v1/footage", 201, 200),
    );
    footageId = answer.footageId;
    if (!answer.upload) continue;
    const { url, headers } = answer.upload;
    for (let again = 0; again < times; again += 1) {
      const stored = await fetch(url, { method: "PUT", headers, body: await file.read() });
      // A second PUT of the same object is refused by the store; the first one stands.
      if (stored.status !== 200 && stored.status !== 412) {
        throw new DemonstrationError(`PUT of a clip answered ${stored.status}: ${await stored.text()}`);
      }
    }
  }
  return footageId;
}

async function waitForFootage(player: Player, footageId: string): Promise<void> {
  await lookUntil(`footage ${footageId} to be accepted`, async () => {
    const body = expectStatus(await player.device.get(`/v1/footage/${footageId}`), "GET /v1/footage", 200);
    const { state } = z.object({ state: z.string() }).parse(body);
    if (state === "REJECTED") throw new DemonstrationError(`Footage was rejected: ${JSON.stringify(body)}`);
    return state === "ACCEPTED" ? state : undefined;
  });
}

async function uploadAll(player: Player, situation: Situation, moment: Date): Promise<void> {
  for (const index of situation.clips.keys()) {
    await waitForFootage(player, await uploadClip(player, situation, index, moment));
  }
}

const accepted = z.object({ incidents: z.array(z.object({ incidentId: z.string(), kind: z.string() })) });

/** Posts one download, as often as this gateway does; the incident that it belongs to. */
async function postLog(player: Player, log: object, times: number): Promise<string> {
  let incidentId = "";
  for (let round = 0; round < times; round += 1) {
    const body = expectStatus(
      await player.device.post("/v1/weapon-logs", log),
      "POST /v1/weapon-logs",
      202,
      200,
    );
    const [first] = accepted.parse(body).incidents;
    if (!first) throw new DemonstrationError("The log made no incident");
    incidentId = first.incidentId;
  }
  return incidentId;
}

async function postTwice(player: Player, path: string, body: unknown, times: number): Promise<void> {
  for (let round = 0; round < times; round += 1) {
    expectStatus(await player.device.post(path, body), `POST ${path}`, 200, 201);
  }
}

export async function observe(supervisor: PersonClient, incidentId: string): Promise<Observation> {
  const answer = await supervisor.get(`/v1/incidents/${incidentId}`);
  return observation.parse(expectStatus(answer, `GET /v1/incidents/${incidentId}`, 200));
}

function waitForOutcome(player: Player, incidentId: string, wanted: string): Promise<Observation> {
  return lookUntil(`the verdict ${wanted} of ${incidentId}`, async () => {
    const seen = await observe(player.supervisor, incidentId);
    return seen.verdict?.outcome === wanted ? seen : undefined;
  });
}

function waitForAlert(player: Player, incidentId: string, type: string): Promise<Observation> {
  return lookUntil(`the alert ${type} of ${incidentId}`, async () => {
    const seen = await observe(player.supervisor, incidentId);
    return seen.alerts.some((alert) => alert.type === type) ? seen : undefined;
  });
}

/** A gateway that works backwards: footage, the later half of the log, bookings, the earlier half, all twice. */
async function playBackwards(player: Player, situation: Situation, moment: Date): Promise<string> {
  await uploadAll(player, situation, moment);
  const [later, earlier] = logsOf(situation, moment, new Date());
  if (!later || !earlier) throw new RangeError(`Situation ${situation.number} has no two downloads`);
  await postLog(player, later, 2);
  await postTwice(player, "/v1/bookings", bookingsOf(situation, moment), 2);
  return postLog(player, earlier, 2);
}

async function playForwards(player: Player, situation: Situation, moment: Date): Promise<string> {
  await postTwice(player, "/v1/bookings", bookingsOf(situation, moment), 1);
  if (situation.clipsCome === "with-the-log") await uploadAll(player, situation, moment);
  const [log] = logsOf(situation, moment, new Date());
  if (!log) throw new RangeError(`Situation ${situation.number} has no log`);
  return postLog(player, log, 1);
}

async function finish(player: Player, situation: Situation, moment: Date, incidentId: string): Promise<void> {
  if (situation.clipsCome === "after-the-first-verdict") {
    await waitForOutcome(player, incidentId, "AWAITING_FOOTAGE");
    player.say(`  ${situation.number}. judged while footage is awaited; now the camera docks`);
    await uploadAll(player, situation, moment);
  }
  if (situation.clipsCome === "after-the-alert") {
    await waitForOutcome(player, incidentId, "AWAITING_FOOTAGE");
    await waitForAlert(player, incidentId, "UNRECORDED_DISCHARGE");
    player.say(
      `  ${situation.number}. the grace has ended and supervisors are alerted; now the camera docks`,
    );
    await uploadAll(player, situation, moment);
  }
  if (situation.acknowledge) {
    await waitForAlert(player, incidentId, "UNRECORDED_DISCHARGE");
    expectStatus(
      await player.supervisor.post(`/v1/incidents/${incidentId}/acknowledgement`, {}),
      "POST acknowledgement",
      200,
    );
  }
}

/** Plays one situation over HTTP; the id of its incident. */
async function playSituation(player: Player, situation: Situation): Promise<string> {
  const moment = momentOf(situation, new Date(), player.graceHours);
  player.say(`  ${situation.number}. ${situation.title}`);
  const play = situation.twiceAndBackwards ? playBackwards : playForwards;
  const incidentId = await play(player, situation, moment);
  const report = reportOf(situation, moment);
  if (report) await postTwice(player, "/v1/reports", report, situation.twiceAndBackwards ? 2 : 1);
  await finish(player, situation, moment, incidentId);
  return incidentId;
}

async function register(player: Player, situations: readonly Situation[]): Promise<void> {
  const devices = await player.admin.post("/v1/devices", situations.flatMap(devicesOf));
  expectStatus(devices, "POST /v1/devices", 200, 201);
  const officers = await player.admin.post("/v1/officers", situations.flatMap(officersOf));
  expectStatus(officers, "POST /v1/officers", 200, 201);
}

/**
 * Plays the shift: the situations that live on the footage grace run beside the others, because they wait for
 * the clock. Gives the incident of each situation by its number. Throws `DemonstrationError`.
 */
export async function playShift(
  stage: Stage,
  situations: readonly Situation[],
): Promise<ReadonlyMap<number, string>> {
  const player: Player = {
    ...stage,
    device: createDeviceClient(stage.baseUrl, stage.gateway),
    supervisor: createPersonClient(stage.baseUrl, stage.tokens.supervisor),
    admin: createPersonClient(stage.baseUrl, stage.tokens.admin),
  };
  stage.say("  registering weapons, cameras and officers");
  await register(player, situations);
  const played = new Map<number, string>();
  const play = async (situation: Situation) => {
    played.set(situation.number, await playSituation(player, situation));
  };
  const live = situations.filter((situation) => situation.clipsCome !== "with-the-log");
  const others = situations.filter((situation) => situation.clipsCome === "with-the-log");
  await Promise.all([
    ...live.map(play),
    (async () => {
      for (const situation of others) await play(situation);
    })(),
  ]);
  return played;
}
