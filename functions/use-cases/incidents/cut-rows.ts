import type { ForceConfig } from "#contracts/force.ts";
import type { ReportRecord } from "#contracts/report.ts";
import type { WeaponRow } from "#contracts/weapon-log.ts";
import { type Carriage, carriagesOf, carriersAt, readingsOf } from "#domain/log/bookings.ts";
import { type RowGroup, segmentRows } from "#domain/log/segment-log.ts";
import { toUtc } from "#domain/time/time.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import type { ReportRecords } from "#records/report-records.ts";
import { onEach, sortedUnique } from "#records/stored.ts";
import type { WeaponRecords } from "#records/weapon-records.ts";
import { bookingsAroundRows, timeSyncsOf } from "./load-incident-inputs.ts";

const PAGE = 200;
const DAY = 24 * 3_600_000;

export type CutRowsDeps = {
  readonly weapons: Pick<WeaponRecords, "rowsBetween" | "rowsBefore" | "rowsAfter" | "knownSeqs">;
  readonly reports: Pick<ReportRecords, "latest" | "reportsOfWeapon" | "reportsOfOfficer">;
  readonly register: Pick<
    RegisterRecords,
    "bookingsOfDevice" | "lastBookingsOfDevice" | "readOfficers" | "readDevice"
  >;
  readonly force: Pick<ForceConfig, "policies" | "timeZone">;
};

/** A group with those who carried the weapon, as a report looks for it. */
export type CutGroup = RowGroup & { readonly weaponSerial: string; readonly officerIds: readonly string[] };

/** Groups of the rows with numbers in [fromSeq, toSeq]; those that hold a number that was asked for are whole. */
export type CutRows = {
  readonly groups: readonly CutGroup[];
  readonly fromSeq: number;
  readonly toSeq: number;
};

/**
 * Cuts the part of a weapon's memory around the given numbers into uses, tests and trainings: pages are read
 * outwards until every group that holds one of the numbers is certainly whole.
 */
export async function cutRows(
  weaponSerial: string,
  seqs: readonly number[],
  deps: CutRowsDeps,
): Promise<CutRows> {
  const touched = new Set(seqs);
  let fromSeq = Math.min(...seqs);
  let toSeq = Math.max(...seqs);
  let rows = await deps.weapons.rowsBetween(weaponSerial, fromSeq, toSeq);
  let more = { below: true, above: true };
  for (;;) {
    const groups = await groupsOf(rows, deps);
    const open = groups.filter((group) => group.seqs.some((seq) => touched.has(seq)));
    const below = more.below && open.some((group) => !isClosed(group, groups, -1));
    const above = more.above && open.some((group) => !isClosed(group, groups, 1));
    if (!below && !above) return { groups, fromSeq, toSeq };
    const [before, after] = await Promise.all([
      below ? deps.weapons.rowsBefore(weaponSerial, fromSeq, PAGE) : [],
      above ? deps.weapons.rowsAfter(weaponSerial, toSeq, PAGE) : [],
    ]);
    more = {
      below: more.below && !(below && before.length < PAGE),
      above: more.above && !(above && after.length < PAGE),
    };
    rows = [...before, ...rows, ...after];
    fromSeq = rows[0]?.event.seq ?? fromSeq;
    toSeq = rows.at(-1)?.event.seq ?? toSeq;
  }
}

/**
 * Whether nothing beyond the window on that side can belong to the group: another of its kind lies between, or
 * something that happened over a day away.
 */
function isClosed(group: RowGroup, groups: readonly RowGroup[], side: -1 | 1): boolean {
  return groups.some((other) => {
    const beyond = side < 0 ? lastOf(other) < firstOf(group) : firstOf(other) > lastOf(group);
    if (!beyond) return false;
    if (other.kind === group.kind && other.untrusted === group.untrusted) return true;
    const far = side < 0 ? group.startMs - other.endMs > DAY : other.startMs - group.endMs > DAY;
    return far && !other.untrusted && !group.untrusted;
  });
}

const firstOf = ({ seqs }: RowGroup): number => seqs[0] ?? 0;
const lastOf = ({ seqs }: RowGroup): number => seqs.at(-1) ?? 0;

async function groupsOf(rows: readonly WeaponRow[], deps: CutRowsDeps): Promise<readonly CutGroup[]> {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return [];
  const [bookings, syncs] = await Promise.all([bookingsAroundRows(rows, deps), timeSyncsOf(rows, deps)]);
  const log = {
    // Settings of the clock that lie beyond the window count as well.
    rows: [...rows, ...syncs.filter(({ event }) => event.seq > last.event.seq)],
    bookings,
    ...deps.force,
  };
  const unreported = segmentRows({ ...log, reports: [] });
  const officerIds = sortedUnique(bookings.map(({ officerId }) => officerId));
  const { weaponSerial } = first;
  const reports = await reportsAround(weaponSerial, officerIds, unreported, deps);
  const groups = reports.length === 0 ? unreported : segmentRows({ ...log, reports });
  const carriages = readingsOf(bookings).flatMap((reading) => carriagesOf(weaponSerial, reading));
  return groups.map((group) => ({ ...group, weaponSerial, officerIds: carriersOf(group, carriages) }));
}

function carriersOf(
  { untrusted, startMs, endMs }: RowGroup,
  carriages: readonly Carriage[],
): readonly string[] {
  if (!untrusted) return carriersAt(carriages, startMs);
  const running = carriages.filter(({ from, to }) => from < endMs && to > startMs);
  return sortedUnique(running.map(({ officerId }) => officerId));
}

/** Reports of the weapon, or of those who carried it, that were stated around the groups. */
async function reportsAround(
  weaponSerial: string,
  officerIds: readonly string[],
  groups: readonly RowGroup[],
  deps: CutRowsDeps,
): Promise<readonly ReportRecord[]> {
  if (groups.length === 0) return [];
  const widest = Math.max(...groups.map(({ uncertaintyMs }) => uncertaintyMs)) + DAY;
  const from = toUtc(Math.min(...groups.map(({ startMs }) => startMs)) - widest);
  const to = toUtc(Math.max(...groups.map(({ endMs }) => endMs)) + widest);
  const [ofWeapon, ofOfficers] = await Promise.all([
    deps.reports.reportsOfWeapon(weaponSerial, from, to),
    onEach(officerIds, (officerId) => deps.reports.reportsOfOfficer(officerId, from, to)),
  ]);
  const unnamed = ofOfficers.flat().filter(({ report }) => report.weaponSerial === undefined);
  return [...ofWeapon, ...unnamed];
}
