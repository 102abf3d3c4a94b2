import canonicalize from "canonicalize";
import { ConcurrentWriteError, ConflictError } from "#contracts/errors.ts";
import { type FieldChange, fieldChanges } from "#domain/register/field-changes.ts";
import type { Clock } from "#ports/clock.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import { sameContent, WRITERS_AT_ONCE } from "#records/stored.ts";
import { sha256Of } from "#use-cases/digest-of.ts";

export type ReplaceEntryDeps = {
  readonly custody: Pick<CustodyRecords, "append">;
  readonly clock: Clock;
};

/** Who changes the register; and, line by line, the seal of what they had before them, if they had seen anything. */
export type WhoAndWhatSeen = {
  readonly by: string;
  readonly seen?: ((line: number) => string) | undefined;
};

/** What is registered is no longer what was seen. */
export class OvertakenError extends ConflictError {}

const SEAL_LENGTH = 16;

/** Says what an entry is in a few characters, the same for the same content; empty for one that is not there. */
export function sealOf(entry: object | undefined): string {
  return entry === undefined ? "" : sha256Of(canonicalize(entry) ?? "").slice(0, SEAL_LENGTH);
}

type Outcome = "created" | "changed" | "same" | "overtaken";

/**
 * Puts an entry of the register in the place of what is known. What changes is in the entry's custody log *before* it
 * is changed: after a crash in between the log has one line too many, which the repeat writes again, and never one
 * too few.
 *
 * Throws `OvertakenError` when what is registered is neither what was seen nor what is to be.
 */
export async function replaceEntry<Entry extends object>(
  of: {
    readonly log: string;
    readonly entry: Entry;
    readonly by: string;
    readonly seen: string | undefined;
    readonly read: () => Promise<Entry | undefined>;
    readonly put: (mayReplace: (now: Entry | undefined) => boolean) => Promise<Outcome>;
  },
  { custody, clock }: ReplaceEntryDeps,
): Promise<Exclude<Outcome, "overtaken">> {
  const { log, entry, by, seen } = of;
  for (let attempt = 0; attempt < WRITERS_AT_ONCE; attempt += 1) {
    const known = await of.read();
    const isDone = sameContent(known, entry);
    if (!isDone && seen !== undefined && seen !== sealOf(known)) {
      throw new OvertakenError(
        "The register has changed since you looked. Nothing of yours was put over it.",
      );
    }
    if (!isDone) {
      const what = noteOf(known !== undefined, fieldChanges(known, entry));
      await custody.append(log, { at: clock.now().toISOString(), who: by, what });
    }
    const outcome = await of.put((now) => sameContent(now, known) || sameContent(now, entry));
    if (outcome !== "overtaken") return outcome;
  }
  throw new ConcurrentWriteError("the register entry kept changing while it was written");
}

function noteOf(isKnown: boolean, changes: readonly FieldChange[]): string {
  return isKnown
    ? `changes ${changes.map(({ field, from, to }) => `${field} from ${from} to ${to}`).join("; ")}`
    : `registers it with ${changes.map(({ field, to }) => `${field} ${to}`).join("; ")}`;
}
