import type { ReadRange } from "#contracts/footage.ts";
import type { MatroskaReading } from "#contracts/matroska.ts";

/** Reads Matroska and WebM. Never trusts the file, never runs longer than its budget. */
export type MatroskaReader = (file: {
  readonly bytes: number;
  readonly readRange: ReadRange;
}) => Promise<MatroskaReading>;
