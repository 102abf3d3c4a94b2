import type { BulkCover } from "#domain/bulk/cover-in-bulk.ts";

/** Something that computes what `coverInBulk` does, over a world that it has been given. */
export type Engine = {
  readonly name: string;
  /** Computes all of it, and keeps the result. */
  readonly run: () => void | Promise<void>;
  /** The result, by the number of the incident. */
  readonly read: () => BulkCover | Promise<BulkCover>;
  readonly close: () => void;
};
