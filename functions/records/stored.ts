import canonicalize from "canonicalize";
import * as z from "zod";
import { ConcurrentWriteError, CorruptRecordError, RecordNotFoundError } from "#contracts/errors.ts";
import type { RecordData, RecordKey, Records, RecordWrite, StoredRecord } from "#ports/records.ts";

/** How many requests one call has in flight: enough to hide the way, too few to be throttled for. */
const IN_FLIGHT = 32;

/**
 * How often a change is decided again when others write the same record first. Each loser of a round has seen one
 * more write, so this many writers may meet and none of them is turned away.
 */
export const WRITERS_AT_ONCE = 64;

/** What a record holds, and the revision that a replacement must name. */
export type Stored<Value> = { readonly record: Value; readonly revision: number };

/**
 * The record's data in the shape of its schema.
 * Throws `CorruptRecordError`, which names the key and the fields but none of their values.
 */
export const parseStored = <Schema extends z.ZodType>(
  schema: Schema,
  stored: StoredRecord,
): z.output<Schema> => {
  const parsed = schema.safeParse(stored.data);
  if (parsed.success) {
    return parsed.data;
  }
  const fields = parsed.error.issues.map((issue) => `/${issue.path.join("/")}`).join(", ");
  throw new CorruptRecordError(`${stored.pk} ${stored.sk}: not the expected shape at ${fields}`);
};

/** What has its shape, and the ids of what has lost it: one broken record must not hide its neighbours on a page. */
export type Readable<Value> = { readonly items: readonly Value[]; readonly unreadable: readonly string[] };

/** Each as `parse` gives it. What throws `CorruptRecordError` is named by `idOf` and left out. */
export const parseReadable = <Given, Value>(
  given: readonly Given[],
  parse: (one: Given) => Value,
  idOf: (one: Given) => string,
): Readable<Value> => {
  const items: Value[] = [];
  const unreadable: string[] = [];
  for (const one of given) {
    try {
      items.push(parse(one));
    } catch (error) {
      if (!(error instanceof CorruptRecordError)) {
        throw error;
      }
      unreadable.push(idOf(one));
    }
  }
  return { items, unreadable };
};

/** A record as plain JSON data: fields that are undefined go. */
export const asData = (value: object): RecordData => JSON.parse(JSON.stringify(value)) as RecordData;

export const sameContent = (one: unknown, other: unknown): boolean =>
  canonicalize(one) === canonicalize(other);

/**
 * Runs `work` on each item, a bounded number at a time; results in the order of the items. When one fails no more
 * are begun, and the first error is thrown once those under way have ended: nothing goes on behind the caller.
 */
export const onEach = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
  inFlight: number = IN_FLIGHT,
): Promise<Result[]> => {
  const results = new Array<Result>(items.length);
  const errors: unknown[] = [];
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) {
      try {
        results[index] = await work(item, index);
      } catch (error) {
        errors.push(error);
      }
      if (errors.length > 0) {
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, items.length) }, lane));
  if (errors.length > 0) {
    throw errors[0];
  }
  return results;
};

/** As `parseReadable`, of what `read` finds under each id; ids that lead nowhere are left out. */
export const readReadable = async <Value>(
  ids: readonly string[],
  read: (id: string) => Promise<Value | undefined>,
): Promise<Readable<Value>> => {
  const unreadable: string[] = [];
  const found = await onEach(ids, async (id) => {
    try {
      return await read(id);
    } catch (error) {
      if (!(error instanceof CorruptRecordError)) {
        throw error;
      }
      unreadable.push(id);
      return undefined;
    }
  });
  return { items: found.filter((one) => one !== undefined), unreadable };
};

/**
 * Puts what `next` makes of a record in its place, and decides again when others wrote it in between; equal content is
 * not written. Throws `RecordNotFoundError`, and `ConcurrentWriteError` when too many write at once.
 */
export const changeStored = async <Value>(
  records: Records,
  of: {
    readonly key: RecordKey;
    /** What it is, as errors say it. */
    readonly name: string;
    readonly parse: (stored: StoredRecord) => Value;
    readonly writeOf: (value: Value) => RecordWrite;
  },
  next: (value: Value) => Value,
): Promise<Value> => {
  for (let attempt = 0; attempt < WRITERS_AT_ONCE; attempt += 1) {
    const stored = await records.get(of.key);
    if (stored === undefined) {
      throw new RecordNotFoundError(`${of.name} was never recorded.`);
    }
    const value = of.parse(stored);
    const changed = next(value);
    if (sameContent(value, changed)) {
      return value;
    }
    if ((await records.put(of.writeOf(changed), { revision: stored.revision })).written) {
      return changed;
    }
  }
  throw new ConcurrentWriteError(`${of.name} is being written by others.`);
};

/** Writes the pointers, all of them before it returns. One that is there already stays as it is. */
export const putPointers = async (
  records: Records,
  pointers: readonly RecordKey[],
  data: RecordData,
): Promise<void> => {
  await onEach(pointers, (key) => records.put({ ...key, data }, "absent"));
};

/** Keys of `wanted` that are not among `present`, each once. */
export const missingKeys = (
  wanted: readonly RecordKey[],
  present: readonly RecordKey[],
): readonly RecordKey[] => {
  const known = new Set(present.map((key) => JSON.stringify([key.pk, key.sk])));
  return wanted.filter((key) => {
    const name = JSON.stringify([key.pk, key.sk]);
    const missing = !known.has(name);
    known.add(name);
    return missing;
  });
};

export const sortedUnique = (ids: readonly string[]): readonly string[] => [...new Set(ids)].sort();

export const spanMs = z.strictObject({ fromMs: z.number(), toMs: z.number() });
