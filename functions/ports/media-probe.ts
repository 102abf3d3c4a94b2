import type { MediaFacts } from "#contracts/footage.ts";

/** A bounded way into a stored object: bytes [from, from + length), fewer at its end. */
export type ReadRange = (from: number, length: number) => Promise<Uint8Array>;

export type ProbeResult =
  | { readonly outcome: "playable"; readonly media: MediaFacts }
  /** `code` is stable (upper-case snake), `detail` one sentence for a person. */
  | { readonly outcome: "unusable"; readonly code: string; readonly detail: string };

/** Reads what a recording holds. Never trusts the file, never runs longer than its budget. */
export type MediaProbe = (file: {
  readonly bytes: number;
  readonly readRange: ReadRange;
}) => Promise<ProbeResult>;
