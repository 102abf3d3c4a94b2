import { ConcurrentWriteError, ConflictError, RecordNotFoundError } from "#contracts/errors.ts";
import type { ProbeRequest } from "#contracts/sweep.ts";
import type { Clock } from "#ports/clock.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import { type FootageRecords, standingOf } from "#records/footage-records.ts";
import type { ProbeRequestRecords } from "#records/probe-request-records.ts";
import { WRITERS_AT_ONCE } from "#records/stored.ts";

export type AskForProbeDeps = {
  readonly footage: Pick<FootageRecords, "read">;
  readonly probeRequests: Pick<ProbeRequestRecords, "read" | "write">;
  readonly footageCustody: Pick<CustodyRecords, "appendOnce">;
  readonly clock: Clock;
};

/**
 * Somebody wants a rejected file to be read again; the next sweep does it. While a request waits, another one is the
 * same: the first reason stands. Noted in the custody log of the file.
 *
 * Throws `RecordNotFoundError`, and `ConflictError` for a clip that is not rejected or whose file is no more.
 */
export async function askForProbe(
  input: { readonly footageId: string; readonly by: string; readonly reason: string },
  deps: AskForProbeDeps,
): Promise<{ readonly request: ProbeRequest; readonly created: boolean }> {
  const { footageId, by, reason } = input;
  await refuseOthers(footageId, deps);
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const known = await deps.probeRequests.read(footageId);
    if (known && known.record.doneAt === undefined) {
      await note(known.record, deps);
      return { request: known.record, created: false };
    }
    const request = { footageId, askedAt: deps.clock.now().toISOString(), askedBy: by, reason };
    if (await deps.probeRequests.write(request, known?.revision ?? "absent")) {
      await note(request, deps);
      return { request, created: true };
    }
  }
  throw new ConcurrentWriteError(`too many ask at once for footage ${footageId} to be read again`);
}

async function refuseOthers(footageId: string, deps: AskForProbeDeps): Promise<void> {
  const stored = await deps.footage.read(footageId);
  if (!stored) throw new RecordNotFoundError(`There is no footage ${footageId}.`);
  const standing = standingOf(stored.record);
  if (standing === "REJECTED") return;
  throw new ConflictError(
    `Only a rejected file that is still kept can be read again; this clip is ${standing}.`,
  );
}

/** Written after the request: a crash in between is healed by whoever asks again. */
async function note(
  { footageId, askedAt, askedBy, reason }: ProbeRequest,
  deps: AskForProbeDeps,
): Promise<void> {
  const what = "asked for the file to be read again";
  await deps.footageCustody.appendOnce(footageId, { at: askedAt, who: askedBy, what, why: reason });
}
