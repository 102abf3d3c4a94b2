/**
 * The one table of a force: items under a partition key, ordered by a sort key.
 *
 * Everything is a single-item conditional write, so that DynamoDB, SQLite and every emulator agree on what
 * a race ends in. Reads by partition are consistent. The two list indexes serve pages and the sweep, are
 * eventually consistent in the cloud, and are never used to judge.
 *
 * All methods throw `DependencyUnavailableError` on throttling and timeouts.
 */
export type RecordKey = { readonly pk: string; readonly sk: string };

/** JSON data only: strings, finite numbers, booleans, null, arrays, objects; no undefined inside. */
export type RecordData = { readonly [name: string]: unknown };

export type StoredRecord = RecordKey & {
  /** 1 at creation, one more with each write. */
  readonly revision: number;
  readonly data: RecordData;
};

/** Membership in a list index: items of one `list`, ordered by `order`. */
export type ListEntry = { readonly list: string; readonly order: string };

export type RecordWrite = RecordKey & {
  readonly data: RecordData;
  /** By time of what it tells (pages). Absent: not listed. */
  readonly byTime?: ListEntry | undefined;
  /** By the time at which somebody must look again (sweep). Absent: nothing due. */
  readonly byDue?: ListEntry | undefined;
  /** Unix seconds after which the store may forget the item (nonces only). */
  readonly expiresAt?: number | undefined;
};

/** `absent`: only create. A number: only replace that revision. `any`: whatever is there. */
export type WriteCondition = "absent" | "any" | { readonly revision: number };

export type PutResult = { readonly written: true; readonly revision: number } | { readonly written: false };

export type RangeQuery = {
  readonly pk: string;
  /** Inclusive bounds on the sort key. */
  readonly from?: string;
  readonly to?: string;
  readonly descending?: boolean;
  readonly limit?: number;
};

export type ListQuery = {
  readonly index: "byTime" | "byDue";
  readonly list: string;
  readonly from?: string;
  readonly to?: string;
  readonly descending?: boolean;
  readonly limit?: number;
};

export type Records = {
  readonly get: (key: RecordKey) => Promise<StoredRecord | undefined>;
  /** All items in the range, in order; pages internally, up to `limit`. */
  readonly query: (query: RangeQuery) => Promise<readonly StoredRecord[]>;
  /** `written: false` when the condition does not hold; nothing is changed then. */
  readonly put: (record: RecordWrite, condition: WriteCondition) => Promise<PutResult>;
  readonly remove: (
    key: RecordKey,
    condition: { readonly revision: number } | "any",
  ) => Promise<{ removed: boolean }>;
  readonly list: (query: ListQuery) => Promise<readonly StoredRecord[]>;
};
