import type { ProbeResult, ReadRange } from "#contracts/footage.ts";

/** Finds out what a stored file holds. Never trusts the file, never runs longer than its budget. */
export type MediaProbe = (file: {
  readonly bytes: number;
  readonly readRange: ReadRange;
}) => Promise<ProbeResult>;
