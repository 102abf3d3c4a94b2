import type { Box } from "./boxes.ts";
import { UnusableFile } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

/** What one track cannot give, another may; but a spent budget is spent for all. */
export function passOver(error: unknown, trak: Box, warnings: Warnings): UnusableFile {
  if (!(error instanceof UnusableFile) || error.code === "BUDGET_EXCEEDED") throw error;
  warnings.note("TRACK_LEFT_OUT", "moov/trak", trak.start, error.message.replace(/\.$/, ""));
  return error;
}
