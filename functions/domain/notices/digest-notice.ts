import type { Notice } from "#contracts/alert.ts";
import type { IncidentKind, Outcome } from "#contracts/verdict.ts";
import { kindWords, outcomeWords } from "#domain/lifecycle/alert-words.ts";
import { localDateTime, shortLocalTime } from "#domain/lifecycle/local-time.ts";
import { cut, MAX_SMS, MAX_SUBJECT, oneLine } from "#domain/lifecycle/plain-text.ts";
import { MILLISECONDS_AN_HOUR } from "#domain/lifecycle/situation.ts";

/** One use, as a line of the digest. */
export type DigestLine = {
  readonly incidentId: string;
  readonly kind: IncidentKind;
  readonly outcome?: Outcome | undefined;
  readonly occurredAt: string;
  readonly borough: string;
  readonly collarNumber?: string | undefined;
  readonly drill: boolean;
  readonly deadline?: string | undefined;
};

export type DigestFacts = {
  /** The force's local date that it is of, such as `2026-11-22`. */
  readonly date: string;
  readonly level: number;
  /** When the one before was made; absent for the first. */
  readonly since?: string | undefined;
  readonly owedAt: Date;
  /** When the next one is made. */
  readonly next: Date;
  readonly open: readonly DigestLine[];
  /** Discharges recorded although the officer's own camera was not on. */
  readonly byOthersAlone: readonly DigestLine[];
  /** Uses without video. */
  readonly withoutVideo: readonly DigestLine[];
  /** How many officers are out with a Taser and without a working camera. */
  readonly kitGaps: number;
  /** How many uses are in no list because their records have lost their shape. */
  readonly unreadable: number;
  readonly timeZone: string;
  /** Where the console is. */
  readonly link: string;
};

/** More lines than this nobody reads; the console has them all. */
const MOST_LINES = 25;

/** Where everything stands, once a day, also when nothing is open. */
export function digestNotice(facts: DigestFacts): Notice {
  const { date, level, owedAt, open, byOthersAlone, withoutVideo, timeZone, link } = facts;
  const drills = open.filter(({ drill }) => drill).length;
  const overdue = open.filter((line) => isOverdue(line, owedAt)).length;
  const { todo, respondBy } = nextStep(facts, overdue);
  const counts = `${open.length} open, ${overdue} past their deadline, ${withoutVideo.length} without video`;
  const since = facts.since === undefined ? "" : `, since the one of ${localDateTime(facts.since, timeZone)}`;
  const lines = [
    `Witnessed, daily digest of ${localDateTime(owedAt.getTime(), timeZone)}${since}.`,
    "",
    `Open (${open.length}${drills > 0 ? `, ${drills} of them drills` : ""}; ${overdue} past their deadline):`,
    ...listed(byDeadline(open), facts),
    "",
    `Discharges recorded although the officer's own camera was not on (${byOthersAlone.length}):`,
    ...listed(byOthersAlone, facts),
    "",
    `Uses without video (${withoutVideo.length}):`,
    ...listed(withoutVideo, facts),
    "",
    `Officers out now with a Taser and no working camera: ${facts.kitGaps}.`,
    ...(facts.unreadable > 0
      ? [`In no list, because they cannot be read: ${facts.unreadable}. The operators' log names them.`]
      : []),
    "",
    `The console: ${link}`,
    `What to do: ${todo} by ${localDateTime(respondBy, timeZone)}.`,
  ];
  return {
    alertId: ["DIGEST", date, level].join("."),
    type: "DIGEST",
    priority: "normal",
    borough: "all",
    outcome: "NOT_APPLICABLE",
    level,
    email: {
      subject: cut(`Witnessed digest, ${shortLocalTime(owedAt.getTime(), timeZone)}: ${counts}`, MAX_SUBJECT),
      body: lines.join("\n"),
    },
    sms: `Witnessed: ${counts}. Next: ${todo} by ${shortLocalTime(respondBy, timeZone)}.`.slice(0, MAX_SMS),
    link,
    respondBy: new Date(respondBy).toISOString(),
  };
}

function nextStep(
  { open, owedAt, next }: DigestFacts,
  overdue: number,
): { readonly todo: string; readonly respondBy: number } {
  if (overdue > 0)
    return { todo: "see to what is past its deadline", respondBy: owedAt.getTime() + MILLISECONDS_AN_HOUR };
  const [first] = byDeadline(open);
  if (first === undefined)
    return { todo: "nothing is open; expect the next digest", respondBy: next.getTime() };
  return {
    todo: "see to the first that is open",
    respondBy: first.deadline === undefined ? next.getTime() : Date.parse(first.deadline),
  };
}

const isOverdue = ({ deadline }: DigestLine, now: Date): boolean =>
  deadline !== undefined && Date.parse(deadline) < now.getTime();

const byDeadline = (open: readonly DigestLine[]): readonly DigestLine[] =>
  open.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));

const orderOf = ({ deadline = "9999", occurredAt, incidentId }: DigestLine): string =>
  `${deadline}#${occurredAt}#${incidentId}`;

function listed(entries: readonly DigestLine[], facts: DigestFacts): readonly string[] {
  if (entries.length === 0) return ["none"];
  const shown = entries.slice(0, MOST_LINES).map((entry) => lineOf(entry, facts));
  const rest = entries.length - shown.length;
  return rest > 0 ? [...shown, `and ${rest} more in the console`] : shown;
}

function lineOf(entry: DigestLine, { owedAt, timeZone, link }: DigestFacts): string {
  const { kind, outcome, occurredAt, borough, collarNumber, deadline } = entry;
  const parts = [
    `${entry.drill ? "DRILL: " : ""}${kindWords[kind]}`,
    outcome === undefined ? "not judged yet" : outcomeWords[outcome],
    shortLocalTime(occurredAt, timeZone),
    oneLine(borough),
    ...(collarNumber === undefined ? [] : [`officer ${oneLine(collarNumber)}`]),
    ...(deadline === undefined
      ? []
      : [`${isOverdue(entry, owedAt) ? "was due" : "due"} ${shortLocalTime(deadline, timeZone)}`]),
  ];
  return `- ${parts.join(", ")}: ${link}incidents/${entry.incidentId}`;
}
