import type { RecordData, RecordKey, Records, RecordWrite, StoredRecord } from "#ports/records.ts";
import { missingKeys, putPointers, type Stored } from "./stored.ts";

/** What one kind of record is, and the pointers that lead to it. `Span` says where it is looked for. */
export type PointedKind<Value, Span> = {
  readonly keyOf: (record: Value) => RecordKey;
  readonly parse: (stored: StoredRecord) => { readonly record: Value; readonly span: Span };
  readonly writeOf: (item: { readonly record: Value; readonly span: Span }) => RecordWrite;
  readonly pointersOf: (item: { readonly record: Value; readonly span: Span }) => readonly RecordKey[];
  /** What a pointer says beside its key. */
  readonly nameOf: (record: Value) => RecordData;
};

/**
 * Records that are found through pointers. Whatever is written, the pointers come first: a crash in between leaves
 * one that leads nowhere, and never a record that no search finds.
 */
export const createPointedItems = <Value, Span>(records: Records, kind: PointedKind<Value, Span>) => {
  const read = async (key: RecordKey): Promise<Stored<Value> | undefined> => {
    const stored = await records.get(key);
    return stored && { record: kind.parse(stored).record, revision: stored.revision };
  };

  /** Creates the record unless its key is taken (then false, and nothing is changed but pointers). */
  const create = async (record: Value, span: Span): Promise<boolean> => {
    const item = { record, span };
    await putPointers(records, missingKeys(kind.pointersOf(item), []), kind.nameOf(record));
    return (await records.put(kind.writeOf(item), "absent")).written;
  };

  /**
   * Replaces the record if it still has that revision (else false, and nothing is changed but pointers).
   * Without `span` it keeps the one that it has.
   */
  const replace = async (record: Value, revision: number, span?: Span): Promise<boolean> => {
    const stored = await records.get(kind.keyOf(record));
    if (stored === undefined || stored.revision !== revision) {
      return false;
    }
    const before = kind.parse(stored);
    const item = { record, span: span ?? before.span };
    const pointers = missingKeys(kind.pointersOf(item), kind.pointersOf(before));
    await putPointers(records, pointers, kind.nameOf(record));
    return (await records.put(kind.writeOf(item), { revision })).written;
  };

  return { read, create, replace };
};
