import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { FootageRecord, Keeping } from "#contracts/footage.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import { sameContent, WRITERS_AT_ONCE } from "#records/stored.ts";

export type ChangeKeepingDeps = { readonly footage: Pick<FootageRecords, "read" | "replace"> };

/** How a file is kept before anybody has looked at it. */
const UNTOUCHED: Keeping = { holds: [] };

export const keepingOf = ({ keeping }: FootageRecord): Keeping => keeping ?? UNTOUCHED;

/**
 * Writes what `change` makes of how the clip's file is kept, as often as others write first; undefined from it changes
 * nothing. Gives the record as it is afterwards, undefined when there is none.
 */
export async function changeKeeping(
  footageId: string,
  change: (keeping: Keeping, record: FootageRecord) => Keeping | undefined,
  deps: ChangeKeepingDeps,
): Promise<FootageRecord | undefined> {
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored = await deps.footage.read(footageId);
    if (stored === undefined) return undefined;
    const keeping = change(keepingOf(stored.record), stored.record);
    if (keeping === undefined || sameContent(keeping, stored.record.keeping)) return stored.record;
    const next = { ...stored.record, keeping };
    if (await deps.footage.replace(next, stored.revision)) return next;
  }
  throw new ConcurrentWriteError(`the keeping of footage ${footageId} changed all the time`);
}

/** Somebody found no file where there should be one: whoever looks after files looks at it next. */
export async function askForLook(footageId: string, now: Date, deps: ChangeKeepingDeps): Promise<void> {
  const lookAt = now.toISOString();
  const isSooner = (keeping: Keeping) => keeping.lookAt === undefined || keeping.lookAt > lookAt;
  await changeKeeping(
    footageId,
    (keeping, { deletedAt }) =>
      deletedAt === undefined && isSooner(keeping) ? { ...keeping, lookAt } : undefined,
    deps,
  );
}

/** From now on the file matters: it is looked at in turn, and not only once its time is over. */
export async function lookInTurn(footageId: string, firstLook: Date, deps: ChangeKeepingDeps): Promise<void> {
  const lookAt = firstLook.toISOString();
  await changeKeeping(
    footageId,
    (keeping) => (keeping.lookAt === undefined ? { ...keeping, lookAt } : undefined),
    deps,
  );
}
