import type { SweepReport, UndeclaredObject } from "#contracts/sweep.ts";
import type { Clock } from "#ports/clock.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { SweepRecords } from "#records/sweep-records.ts";
import type { UndeclaredRecords } from "#records/undeclared-records.ts";
import { LISTS } from "#use-cases/casework/list-open-incidents.ts";

export type ReadAccountsDeps = {
  readonly sweeps: Pick<SweepRecords, "readReport">;
  readonly undeclared: Pick<UndeclaredRecords, "list">;
  readonly custody: Pick<CustodyRecords, "append">;
  readonly clock: Clock;
};

export type Accounts = {
  /** Of the latest sweep; absent before the first. */
  readonly report: SweepReport | undefined;
  /** Files that nobody declared, the oldest first. */
  readonly undeclared: readonly UndeclaredObject[];
};

const MOST_UNDECLARED = 100;

/** Whether all is accounted for, for people. It is one entry in the log of looks at lists. */
export async function readAccounts(
  { reader }: { readonly reader: string },
  { sweeps, undeclared, custody, clock }: ReadAccountsDeps,
): Promise<Accounts> {
  const at = clock.now().toISOString();
  await custody.append(LISTS, { at, who: reader, what: "read what is accounted for" });
  const [report, files] = await Promise.all([sweeps.readReport(), undeclared.list(MOST_UNDECLARED)]);
  return { report, undeclared: files };
}
