import type { IncidentRecord } from "#contracts/incident.ts";
import type { Verdict } from "#contracts/verdict.ts";
import { acceptedExplanation } from "#domain/figures/accepted-explanation.ts";
import { type CountedUse, countUses, type Figures } from "#domain/figures/count-uses.ts";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";
import { compare } from "#domain/text-order.ts";
import type { Clock } from "#ports/clock.ts";
import type { Person } from "#ports/identity.ts";
import type { Log } from "#ports/log.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import { readReadable, sortedUnique } from "#records/stored.ts";
import type { VerdictRecords } from "#records/verdict-records.ts";
import { LISTS } from "./list-open-incidents.ts";
import { tellUnreadable } from "./tell-unreadable.ts";

export type ReadFiguresDeps = {
  readonly incidents: Pick<IncidentRecords, "list">;
  readonly verdicts: Pick<VerdictRecords, "latest">;
  readonly custody: Pick<CustodyRecords, "append">;
  readonly clock: Clock;
  readonly log: Log;
};

export type FiguresQuery = {
  /** UTC with milliseconds, [from, to), by the time of the use. */
  readonly from: string;
  readonly to: string;
  /** However it is capitalised; absent for all. */
  readonly borough?: string | undefined;
};

export type FiguresOfSpan = {
  readonly all: Figures;
  /** The same by borough, in their order: each use is in one of them. */
  readonly boroughs: readonly { readonly borough: string; readonly figures: Figures }[];
  /** Uses that may be the reader's own, which are in none of these figures: they would tell what was found. */
  readonly own: number;
  /** In none of these figures, because their records have lost their shape. */
  readonly unreadable: readonly string[];
};

/** Uses and tests of one span that are read for figures: a year of a large force, in some seconds. */
export const MOST_COUNTED = 20_000;
const READ_AT_ONCE = 1000;

/**
 * The figures of a span (contract §7), counted from the latest verdicts; `too-long` when it holds more than is counted
 * in one go: part of a span would be a wrong figure. It is one entry in the log of looks at lists.
 */
export async function readFigures(
  { query, by, what }: { readonly query: FiguresQuery; readonly by: Person; readonly what: string },
  deps: ReadFiguresDeps,
): Promise<FiguresOfSpan | "too-long"> {
  await deps.custody.append(LISTS, { at: deps.clock.now().toISOString(), who: by.subject, what });
  const read = await readSpan(query, deps);
  if (read === "too-long") return read;
  const wanted = read.records.filter(
    ({ state, borough }) =>
      state !== "MERGED" && (query.borough === undefined || sameName(borough, query.borough)),
  );
  const others = wanted.filter((record) => !isInvolved(record, by));
  const byId = new Map(others.map((record) => [record.incidentId, record]));
  const counted = await readReadable([...byId.keys()], async (incidentId) => {
    const record = byId.get(incidentId);
    return record && { borough: record.borough, use: await countedUse(record, deps) };
  });
  const unreadable = sortedUnique([...read.unreadable, ...counted.unreadable]);
  tellUnreadable(unreadable, deps);
  const byBorough = Map.groupBy(counted.items, ({ borough }) => borough);
  return {
    all: countUses(counted.items.map(({ use }) => use)),
    boroughs: [...byBorough]
      .map(([borough, uses]) => ({ borough, figures: countUses(uses.map(({ use }) => use)) }))
      .toSorted((a, b) => compare(a.borough, b.borough)),
    own: wanted.length - others.length,
    unreadable,
  };
}

async function readSpan(
  { from, to }: FiguresQuery,
  { incidents }: ReadFiguresDeps,
): Promise<
  { readonly records: readonly IncidentRecord[]; readonly unreadable: readonly string[] } | "too-long"
> {
  const records: IncidentRecord[] = [];
  const unreadable: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await incidents.list({ from, to, limit: READ_AT_ONCE, cursor });
    records.push(...page.items);
    unreadable.push(...page.unreadable);
    cursor = page.cursor;
    if (cursor !== undefined && records.length + unreadable.length >= MOST_COUNTED) return "too-long";
  } while (cursor !== undefined);
  return { records, unreadable };
}

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Kinds that are counted by what is on video, or may turn out to be. */
const isJudged = ({ kind, drill }: IncidentRecord): boolean =>
  !drill && (kind === "DISCHARGE" || kind === "UNKNOWN" || kind === "UNINTENTIONAL");

/** What has no verdict yet is awaited. */
async function countedUse(record: IncidentRecord, { verdicts }: ReadFiguresDeps): Promise<CountedUse> {
  const verdict = isJudged(record) ? (await verdicts.latest(record.incidentId))?.verdict : undefined;
  return {
    kind: verdict?.kind ?? record.kind,
    drill: record.drill,
    outcome: verdict?.outcome ?? "AWAITING_FOOTAGE",
    eventCovered: verdict !== undefined && isCovered(verdict),
    accepted: acceptedExplanation(record),
  };
}

function isCovered({ video: { during } }: Verdict): boolean {
  return during.requiredSeconds > 0 && during.coveredSeconds >= during.requiredSeconds;
}
