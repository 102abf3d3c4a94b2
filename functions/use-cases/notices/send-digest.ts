import type { IncidentRecord } from "#contracts/incident.ts";
import { digestDay } from "#domain/notices/digest-day.ts";
import { digestLists, type JudgedUse } from "#domain/notices/digest-lists.ts";
import { type DigestLine, digestNotice } from "#domain/notices/digest-notice.ts";
import { dateAfter } from "#domain/time/local-dates.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { KitRecords } from "#records/kit-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { type Readable, readReadable, sortedUnique } from "#records/stored.ts";
import type { VerdictRecords } from "#records/verdict-records.ts";
import { collarNumbersOf } from "#use-cases/casework/collar-numbers.ts";
import { tellUnreadable } from "#use-cases/casework/tell-unreadable.ts";
import { pageAt, type SendNoticeDeps, send, sendNotices } from "./send-notice.ts";

export type SendDigestDeps = SendNoticeDeps & {
  readonly incidents: Pick<IncidentRecords, "list" | "listOpen">;
  readonly verdicts: Pick<VerdictRecords, "all">;
  readonly register: Pick<RegisterRecords, "readOfficer">;
  readonly kit: Pick<KitRecords, "listGaps">;
};

const DAY_MS = 86_400_000;
/** Footage is waited for at most 30 days; a verdict that changed later was told as an alert of its own. */
const LOOKED_BACK_MS = 35 * DAY_MS;
const PAGE = 200;
const MOST_USES = 5000;
const MOST_OPEN = 2000;
const MOST_GAPS = 500;
/** Whoever is on duty reads it; who stands above them reads the console. */
const LEVEL = 1;

/** Sends the day's digest when it is due and was not sent: once a day, also when there is nothing to say. */
export async function sendDigest(deps: SendDigestDeps): Promise<void> {
  const { alerts, timeZone } = deps.force;
  const now = deps.clock.now();
  const { date, next } = digestDay(now, { digestAt: alerts.digestAt, timeZone });
  const known = await deps.notices.read(idOf(date));
  if (known !== undefined) return send(known, deps);
  const since = await lastDigest(date, now, deps);
  const [open, uses, gaps] = await Promise.all([
    deps.incidents.listOpen(MOST_OPEN),
    latestUses(now, deps),
    deps.kit.listGaps(MOST_GAPS),
  ]);
  const unreadable = sortedUnique([...open.unreadable, ...uses.unreadable]);
  tellUnreadable(unreadable, deps);
  const lists = digestLists(uses.items, {
    since: settledBefore(since ?? new Date(now.getTime() - DAY_MS).toISOString()),
    until: settledBefore(now.toISOString()),
  });
  const shown = [open.items, ...Object.values(lists).map((list) => list.map(({ record }) => record))].flat();
  const officerIds = shown.flatMap((record) => record.officerIds);
  const collarNumbers = await collarNumbersOf(officerIds, deps);
  const line = (record: IncidentRecord) => lineOf(record, collarNumbers);
  const notice = digestNotice({
    date,
    level: LEVEL,
    since,
    owedAt: now,
    next,
    open: open.items.map(line),
    byOthersAlone: lists.byOthersAlone.map(({ record }) => line(record)),
    withoutVideo: lists.withoutVideo.map(({ record }) => line(record)),
    kitGaps: gaps.length,
    unreadable: unreadable.length,
    timeZone,
    link: pageAt("/", deps),
  });
  await sendNotices([notice], deps);
}

const idOf = (date: string): string => ["DIGEST", date, LEVEL].join(".");

/** When the digest before that of the date was made: of the last weeks, as days may have been missed. */
async function lastDigest(date: string, now: Date, { notices }: SendDigestDeps): Promise<string | undefined> {
  const since = new Date(now.getTime() - LOOKED_BACK_MS).toISOString();
  for (let day = dateAfter(date, -1); day > since; day = dateAfter(day, -1)) {
    const found = await notices.read(idOf(day));
    if (found !== undefined) return found.owedAt;
  }
  return undefined;
}

/** A verdict is stored some time after the moment that it names: what is younger waits for the next digest. */
const SETTLED_MS = 5 * 60_000;

const settledBefore = (at: string): string => new Date(Date.parse(at) - SETTLED_MS).toISOString();

/** The uses of the last weeks, newest first, each with the versions of its verdict. */
async function latestUses(now: Date, deps: SendDigestDeps): Promise<Readable<JudgedUse>> {
  const from = new Date(now.getTime() - LOOKED_BACK_MS).toISOString();
  const records = new Map<string, IncidentRecord>();
  const lost: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await deps.incidents.list({ from, limit: PAGE, cursor });
    for (const record of page.items) records.set(record.incidentId, record);
    lost.push(...page.unreadable);
    cursor = page.cursor;
  } while (cursor !== undefined && records.size < MOST_USES);
  const { items, unreadable } = await readReadable([...records.keys()], async (incidentId) => {
    const record = records.get(incidentId);
    if (record === undefined) return undefined;
    return { record, verdicts: (await deps.verdicts.all(incidentId)).map(({ verdict }) => verdict) };
  });
  return { items, unreadable: [...lost, ...unreadable] };
}

/** The officer only when there is no doubt who it is. */
function lineOf(record: IncidentRecord, collarNumbers: ReadonlyMap<string, string>): DigestLine {
  const { incidentId, kind, outcome, occurredAt, borough, drill, deadline, officerIds } = record;
  const [officerId = "", ...others] = officerIds;
  const collarNumber = others.length === 0 ? collarNumbers.get(officerId) : undefined;
  return { incidentId, kind, outcome, occurredAt, borough, drill, deadline, collarNumber };
}
