import { type FieldChange, fieldChanges } from "#domain/register/field-changes.ts";
import { sameContent } from "#records/stored.ts";
import { sealOf } from "./replace-entry.ts";

/** One line of an import: where it stands in the file, and what it says. */
export type ToldLine<Row> = { readonly line: number; readonly row: Row };

/** What one line of an import will do to the register as it is now. */
export type PlannedLine<Entry> = {
  readonly line: number;
  readonly status: "new" | "changed" | "unchanged" | "conflict";
  readonly changes: readonly FieldChange[];
  /** Why a conflict cannot be put into the register, and what to do. */
  readonly why?: string;
  /** What is odd about it, though it may be meant. */
  readonly notes: readonly string[];
  /** Of what is registered now. */
  readonly seal: string;
  /** What will be registered. */
  readonly entry: Entry;
};

/** The line against what is known; a conflict when somebody says why it is one. */
export function planLine<Entry extends object>(of: {
  readonly line: number;
  readonly known: Entry | undefined;
  readonly entry: Entry;
  readonly why?: string | undefined;
  readonly notes?: readonly string[];
}): PlannedLine<Entry> {
  const { line, known, entry, why, notes = [] } = of;
  const same = sameContent(known, entry);
  const status = why !== undefined ? "conflict" : same ? "unchanged" : known ? "changed" : "new";
  return {
    line,
    status,
    changes: fieldChanges(known, entry),
    ...(why === undefined ? {} : { why }),
    notes,
    seal: sealOf(known),
    entry,
  };
}
