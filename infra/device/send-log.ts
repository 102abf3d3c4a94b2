import * as z from "zod";
import { weaponLogAnswer } from "#contracts/answers.ts";
import type { DeviceClient } from "./device-client.ts";

/** The body of `POST /v1/weapon-logs` (contract §3), as far as splitting it needs to know it. */
export const weaponLogFile = z.looseObject({
  events: z.array(z.looseObject({ seq: z.number() })).min(1),
});
export type WeaponLogFile = z.output<typeof weaponLogFile>;

/** Bodies are taken up to 4 MB; decimal, the smaller of the two readings. */
const MOST_BYTES = 4_000_000;
/** The service takes as many rows at once. */
const MOST_ROWS = 20_000;

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** The log as one or several downloads, each within the limits of a request, by rising `seq`. */
export function splitLog(log: WeaponLogFile): readonly WeaponLogFile[] {
  const frame = bytesOf({ ...log, events: [] });
  const downloads: WeaponLogFile["events"][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const event of log.events.toSorted((one, other) => one.seq - other.seq)) {
    const size = bytesOf(event) + 1;
    const current = downloads.at(-1);
    if (current && current.length < MOST_ROWS && bytes + size <= MOST_BYTES) {
      current.push(event);
      bytes += size;
    } else {
      downloads.push([event]);
      bytes = frame + size;
    }
  }
  return downloads.map((events) => ({ ...log, events }));
}

export type SentLog = z.output<typeof weaponLogAnswer> & {
  readonly fromSeq: number;
  readonly toSeq: number;
  /** False when this very download was received before. */
  readonly isNew: boolean;
};

/** Sends a whole log. After a break the same call sends it again: what is known already is not counted twice. */
export async function* sendLog(log: WeaponLogFile, client: DeviceClient): AsyncGenerator<SentLog> {
  for (const download of splitLog(log)) {
    const { status, body } = await client.post("/v1/weapon-logs", download);
    const seqs = download.events.map(({ seq }) => seq);
    yield {
      ...weaponLogAnswer.parse(body),
      fromSeq: seqs[0] ?? 0,
      toSeq: seqs.at(-1) ?? 0,
      isNew: status === 202,
    };
  }
}
