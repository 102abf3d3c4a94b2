import type { ForceConfig } from "#contracts/force.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { digestDay } from "#domain/notices/digest-day.ts";
import { digestLists, type JudgedUse } from "#domain/notices/digest-lists.ts";
import { type DigestLine, digestNotice } from "#domain/notices/digest-notice.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { KitRecords } from "#records/kit-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sortedUnique } from "#records/stored.ts";
import type { VerdictRecords } from "#records/verdict-records.ts";
import { type SendNoticeDeps, sendNotice } from "./send-notice.ts";

export type SendDigestDeps = SendNoticeDeps & {
  readonly incidents: Pick<IncidentRecords, "list" | "listOpen">;
  readonly verdicts: Pick<VerdictRecords, "latest">;
  readonly register: Pick<RegisterRecords, "readOfficers">;
  readonly kit: Pick<KitRecords, "listGaps">;
  readonly force: Pick<ForceConfig, "alerts" | "timeZone">;
  readonly consoleBaseUrl: string;
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
  if (known?.sentAt !== undefined) return;
  if (known !== undefined) return sendNotice(known.message, deps);
  const before = await deps.notices.read(idOf(dayBefore(date)));
  const since = before?.owedAt;
  const [open, uses, gaps] = await Promise.all([
    deps.incidents.listOpen(MOST_OPEN),
    latestUses(now, deps),
    deps.kit.listGaps(MOST_GAPS),
  ]);
  const lists = digestLists(uses, {
    since: since ?? new Date(now.getTime() - DAY_MS).toISOString(),
    until: now.toISOString(),
  });
  const shown = [open.items, ...Object.values(lists).map((list) => list.map(({ record }) => record))].flat();
  const collarNumbers = await collarNumbersOf(shown, deps);
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
    timeZone,
    link: `${deps.consoleBaseUrl}/`,
  });
  await sendNotice(notice, deps);
}

const idOf = (date: string): string => ["DIGEST", date, LEVEL].join(".");

const dayBefore = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);

/** The uses of the last weeks, newest first, each with its latest verdict. */
async function latestUses(now: Date, deps: SendDigestDeps): Promise<readonly JudgedUse[]> {
  const from = new Date(now.getTime() - LOOKED_BACK_MS).toISOString();
  const records: IncidentRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await deps.incidents.list({ from, limit: PAGE, cursor });
    records.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined && records.length < MOST_USES);
  return onEach(records, async (record) => ({
    record,
    verdict: (await deps.verdicts.latest(record.incidentId))?.verdict,
  }));
}

async function collarNumbersOf(
  records: readonly IncidentRecord[],
  { register }: SendDigestDeps,
): Promise<ReadonlyMap<string, string>> {
  const officers = await register.readOfficers(sortedUnique(records.flatMap(({ officerIds }) => officerIds)));
  return new Map(officers.map(({ officerId, collarNumber }) => [officerId, collarNumber]));
}

/** The officer only when there is no doubt who it is. */
function lineOf(record: IncidentRecord, collarNumbers: ReadonlyMap<string, string>): DigestLine {
  const { incidentId, kind, outcome, occurredAt, borough, drill, deadline, officerIds } = record;
  const [officerId = "", ...others] = officerIds;
  const collarNumber = others.length === 0 ? collarNumbers.get(officerId) : undefined;
  return { incidentId, kind, outcome, occurredAt, borough, drill, deadline, collarNumber };
}
