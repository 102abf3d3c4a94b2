import * as z from "zod";
import { type SweepReport, sweepReport } from "#contracts/sweep.ts";
import { utcTimestamp } from "#contracts/time.ts";
import type { Records } from "#ports/records.ts";
import { sweepReportKey, sweepRoundKey } from "./keys.ts";
import { asData, parseStored } from "./stored.ts";

/** How far the sweep has come in a list that is too long to be gone through at once. */
const round = z.strictObject({
  began: utcTimestamp,
  /** The last that was looked at; absent once the end was reached. */
  after: z.string().optional(),
});
export type SweepRound = z.infer<typeof round>;

export type SweepRecords = ReturnType<typeof createSweepRecords>;

/** What the sweep remembers from one run to the next. Whoever writes last is right: a page twice does no harm. */
export const createSweepRecords = (records: Records) => ({
  readRound: async (name: string): Promise<SweepRound | undefined> => {
    const stored = await records.get(sweepRoundKey(name));
    return stored && parseStored(round, stored);
  },
  writeRound: async (name: string, value: SweepRound): Promise<void> => {
    await records.put({ ...sweepRoundKey(name), data: asData(value) }, "any");
  },
  /** What the latest run found; undefined before the first. */
  readReport: async (): Promise<SweepReport | undefined> => {
    const stored = await records.get(sweepReportKey);
    return stored && parseStored(sweepReport, stored);
  },
  writeReport: async (report: SweepReport): Promise<void> => {
    await records.put({ ...sweepReportKey, data: asData(report) }, "any");
  },
});
