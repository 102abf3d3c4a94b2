import type { FootageAnswer } from "#contracts/answers.ts";
import { RecordNotFoundError } from "#contracts/errors.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import type { FootageRecords } from "#records/footage-records.ts";

export type ReadFootageDeps = { readonly footage: Pick<FootageRecords, "read"> };

/** The clip's record. Throws `RecordNotFoundError`. */
export async function readFootage(footageId: string, deps: ReadFootageDeps): Promise<FootageRecord> {
  const stored = await deps.footage.read(footageId);
  if (stored) return stored.record;
  throw new RecordNotFoundError(`There is no footage ${footageId}.`);
}

/**
 * What a device is told: it may erase its own copy at ACCEPTED or REJECTED, never before. Whether we still have ours
 * changes no state.
 */
export function footageStatus(record: FootageRecord): FootageAnswer {
  const { footageId, state, rejection, media, deletedAt, deletedBecause } = record;
  return {
    footageId,
    state,
    ...(rejection ? { rejection } : {}),
    ...(media ? { media } : {}),
    ...(deletedAt ? { deletedAt } : {}),
    ...(deletedBecause ? { deletedBecause } : {}),
  };
}
