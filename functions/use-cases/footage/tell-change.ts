import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import { WRITERS_AT_ONCE } from "#records/stored.ts";

export type TellChangeDeps = {
  readonly footage: Pick<FootageRecords, "read" | "replace">;
  /** Starts what the clip may change (`reevaluateForFootage`). Must bear repeats. */
  readonly onFootageChanged: (footage: FootageRecord) => Promise<void>;
};

/**
 * Writes a change of a clip that incidents must hear of, and lets them hear of it. That they have not heard is part
 * of what is written: whoever looks next goes on after a crash. Undefined, and nothing done, when the record has
 * another revision by now.
 */
export async function changeAndTell(
  changed: FootageRecord,
  revision: number,
  deps: TellChangeDeps,
): Promise<FootageRecord | undefined> {
  if (!(await deps.footage.replace({ ...changed, untold: true }, revision))) return undefined;
  return tellChange(changed.footageId, deps);
}

/** Goes on with a change that was written and perhaps not told. Gives the record as it is then. */
export async function tellChange(
  footageId: string,
  deps: TellChangeDeps,
): Promise<FootageRecord | undefined> {
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored = await deps.footage.read(footageId);
    if (stored?.record.untold === undefined) return stored?.record;
    const { untold: _, ...told } = stored.record;
    await deps.onFootageChanged(told);
    if (await deps.footage.replace(told, stored.revision)) return told;
  }
  throw new ConcurrentWriteError("the record of a clip kept changing while its change was told");
}
