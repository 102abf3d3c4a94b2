import { afterEach, beforeEach, expect, it } from "vitest";
import { createDynamoClient, createDynamoRecords } from "#adapters/aws/records.dynamodb.ts";
import { createApiUnderTest } from "#test/support/api-under-test.ts";
import { createVisitor, hiddenFields } from "#test/support/console-visitor.ts";
import { createTable, startDynalite } from "#test/support/dynamo-table.ts";
import { aClip } from "#test/support/stored-builders.ts";
import { createRepositories, type Repositories } from "#use-cases/repositories.ts";

const HOUR_MS = 3_600_000;
/** A function ends after 29 s; so much is left for a slower moment. */
const LONGEST_ANSWER_MS = 25_000;
const CAMERAS = 6;
const LINES = 60;
const at = (hour: number): number => Date.parse("2026-11-01T06:00:00Z") + hour * HOUR_MS;
const timeAt = (hour: number): string => new Date(at(hour)).toISOString();

let end: () => Promise<void>;
let repositories: Repositories;
beforeEach(async () => {
  const { endpoint, stop } = await startDynalite();
  const client = createDynamoClient({
    endpoint,
    region: "eu-west-2",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  await createTable(client, "records");
  repositories = createRepositories(createDynamoRecords({ client, tableName: "records" }));
  end = async () => {
    client.destroy();
    await stop();
  };
});
afterEach(() => end());

/** Recordings of four clips each, one a day. */
async function sendClips(serial: string, days: number): Promise<void> {
  for (let clip = 0; clip < days * 4; clip += 1) {
    const hour = Math.floor(clip / 4) * 24 + 1 + (clip % 4) / 4;
    const declaration = {
      recordingId: `${serial}-${Math.floor(clip / 4)}`,
      camera: { serial, kind: "body-worn" },
      clip: (clip % 4) + 1,
      final: clip % 4 === 3,
      startTime: timeAt(hour),
      endTime: timeAt(hour + 0.25),
    };
    const footageId = `${serial}-${clip}`;
    const record = aClip({ footageId, declaredAt: timeAt(hour + 2), objectKey: footageId, declaration });
    await repositories.footage.create(record, { fromMs: at(hour), toMs: at(hour + 0.25) });
  }
}

it("answers each request of an import of bookings in time, whatever the cameras have sent since", async () => {
  for (let camera = 0; camera < CAMERAS; camera += 1) await sendClips(`D${camera}`, 3);
  const under = createApiUnderTest({ ...repositories, clock: { now: () => new Date() } });
  const admin = createVisitor(under);
  await admin.signIn("admin");
  const lines = Array.from({ length: LINES }, (_, line) => {
    const hour = Math.floor(line / CAMERAS) * 12;
    return `D${line % CAMERAS},P-${(line * 7) % 20},${timeAt(hour)},${timeAt(hour + 10)}`;
  });
  const file = `deviceSerial,officerId,from,to\n${lines.join("\n")}`;
  const { location } = await admin.upload("/register/bookings/import", { file });
  let shown = await admin.get(location ?? "");
  for (let request = 0; shown.status === 200 && request < 20; request += 1) {
    const began = Date.now();
    shown = await admin.post(location ?? "", hiddenFields(shown.html, location ?? ""));
    expect(Date.now() - began).toBeLessThan(LONGEST_ANSWER_MS);
  }
  expect(shown.status).toBe(303);
  expect((await repositories.register.listBookings({ limit: 300 })).items).toHaveLength(LINES);
}, 120_000);
