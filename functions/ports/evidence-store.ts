/**
 * Where footage, and the raw weapon logs and reports, are kept: S3 in a force's stack, files locally.
 * Objects are written once, locked at their first byte and never overwritten.
 *
 * All methods throw `DependencyUnavailableError` when the store refuses for load or does not answer.
 * Hashes are lower-case hex SHA-256; times are RFC 3339 UTC with milliseconds; sizes are bytes.
 */
export type UploadUrl = {
  readonly url: string;
  /** The exact headers that the device must send, and no others of these names with other values. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: string;
};

export type StoredObject = {
  readonly bytes: number;
  readonly versionId: string;
  readonly storedAt: string;
  /** Hex SHA-256 of the whole object as the store verified it; for multipart, the composite's hash. */
  readonly sha256: string;
  readonly composite: boolean;
  /** Until when it cannot be deleted. Absent when the caller may not see it, or nothing protects it. */
  readonly retainedUntil?: string;
  /** Whether a legal hold is on it. Absent when the caller may not see it. */
  readonly held?: boolean;
};

/** What protects one version of an object. `retainedUntil` is absent when its lock is none. */
export type StoredProtection = { readonly retainedUntil?: string; readonly held: boolean };

export type ListedObject = { readonly key: string; readonly bytes: number; readonly storedAt: string };

export type UploadedPart = { readonly number: number; readonly sha256: string; readonly bytes: number };

export type CompleteUploadResult =
  | { readonly outcome: "completed"; readonly object: StoredObject }
  /** Parts are missing or their sizes do not add up to the declared size. */
  | { readonly outcome: "incomplete"; readonly have: readonly UploadedPart[] }
  /** The upload is unknown (never begun, or aborted by the store's lifecycle) and nothing lies under the key. */
  | { readonly outcome: "unknown-upload" };

export type EvidenceStore = {
  /** A URL for one whole file by a single PUT (≤ 100 MiB), good for 300 s. */
  readonly presignPut: (object: {
    key: string;
    bytes: number;
    contentType: string;
    sha256: string;
  }) => Promise<UploadUrl>;
  /** Begins a multipart upload. Not idempotent: the caller records the id before handing out part URLs. */
  readonly beginMultipart: (object: { key: string; contentType: string }) => Promise<{ uploadId: string }>;
  /** A URL for one part, good for 900 s. */
  readonly presignPart: (part: {
    key: string;
    uploadId: string;
    number: number;
    bytes: number;
    sha256: string;
  }) => Promise<UploadUrl>;
  /** Parts that the store has; undefined when it does not know the upload. */
  readonly listParts: (upload: {
    key: string;
    uploadId: string;
  }) => Promise<readonly UploadedPart[] | undefined>;
  /**
   * Joins the parts 1 to n, refusing to overwrite and refusing a size other than `bytes`. Idempotent: where
   * an object lies under the key already, that is the answer, whatever made it.
   */
  readonly completeMultipart: (upload: {
    key: string;
    uploadId: string;
    bytes: number;
  }) => Promise<CompleteUploadResult>;
  /** What is stored under the key; undefined when nothing is. */
  readonly stat: (key: string) => Promise<StoredObject | undefined>;
  /**
   * Objects below the prefix whose keys come after `after`, in the order of their keys: `limit` of them (at most
   * 1000), fewer only at the end. Any number can be gone through, a page at a time.
   */
  readonly listObjects: (page: {
    prefix: string;
    after?: string | undefined;
    limit: number;
  }) => Promise<readonly ListedObject[]>;
  /** Bytes [from, from + length) of the object, fewer at its end. `RecordNotFoundError` when nothing is there. */
  readonly readRange: (key: string, from: number, length: number) => Promise<Uint8Array>;
  /** Keeps a raw document (a weapon log, a report) as it came. Writing the same key again changes nothing. */
  readonly putDocument: (document: { key: string; body: Uint8Array; contentType: string }) => Promise<void>;
  /**
   * Places and lifts a legal hold; extends the retention to `until`, a time to come (an earlier one than it has
   * changes nothing: it only grows). `RecordNotFoundError` when nothing lies under the key.
   */
  readonly placeHold: (key: string) => Promise<void>;
  readonly releaseHold: (key: string) => Promise<void>;
  readonly extendRetention: (key: string, until: string) => Promise<void>;
  /** What protects that version; undefined when it is gone. Reads none of its bytes. */
  readonly protectionOf: (key: string, versionId: string) => Promise<StoredProtection | undefined>;
  /**
   * Deletes that version for good, and answers so too when it is gone already. `protected`, and nothing changed, while
   * it is locked or held: nobody goes past a lock.
   */
  readonly deleteVersion: (key: string, versionId: string) => Promise<"deleted" | "protected">;
};
