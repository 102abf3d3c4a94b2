import type { ProbeResult, ReadRange } from "#contracts/footage.ts";

export type { ProbeResult, ReadRange };

/** Reads what a recording holds. Never trusts the file, never runs longer than its budget. */
export type MediaProbe = (file: {
  readonly bytes: number;
  readonly readRange: ReadRange;
}) => Promise<ProbeResult>;
