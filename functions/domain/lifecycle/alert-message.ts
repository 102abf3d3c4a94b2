import type { AlertMessage, AlertType } from "#contracts/alert.ts";
import type { Verdict } from "#contracts/verdict.ts";
import type { AlertSubject } from "./alert-id.ts";
import { kindWords, outcomeWords, shortKindWords } from "./alert-words.ts";
import { localDateTime, shortLocalTime } from "./local-time.ts";
import { gsmLine, MAX_SMS, oneLine, subjectLine } from "./plain-text.ts";
import { MILLISECONDS_AN_HOUR } from "./situation.ts";

/** What the texts of an alert are made of; nothing of the subject, no name, no footage. */
export type AlertFacts = {
  readonly alertId: string;
  readonly subject: AlertSubject;
  readonly incidentId: string;
  readonly drill: boolean;
  readonly borough: string;
  readonly weaponSerial?: string | undefined;
  /** The collar number of the officer whose use it is, once that is certain. */
  readonly collarNumber?: string | undefined;
  /** The verdict that it tells of. */
  readonly verdict: Verdict;
  readonly owedAt: Date;
  readonly acknowledgeWithinHours: number;
  readonly timeZone: string;
  /** Where the incident's page is. */
  readonly link: string;
  /** Of a `DELIVERY`: the alert that may not have reached anybody, and the name of the level that it was for. */
  readonly undelivered?: { readonly type: AlertType; readonly levelName: string } | undefined;
};

/** The alert as it is sent: an email of a dozen plain lines and a text message that fits one SMS. */
export function alertMessage(facts: AlertFacts): AlertMessage {
  const { alertId, incidentId, verdict, borough } = facts;
  return {
    alertId,
    incidentId,
    type: facts.subject.type,
    priority: verdict.priority,
    borough,
    outcome: verdict.outcome,
    level: facts.subject.level,
    email: { subject: emailSubject(facts), body: emailBody(facts) },
    sms: textMessage(facts),
    link: facts.link,
    respondBy: new Date(respondBy(facts)).toISOString(),
  };
}

function emailSubject(facts: AlertFacts): string {
  const marks = `${facts.drill ? "DRILL: " : ""}${facts.verdict.priority === "high" ? "High priority: " : ""}`;
  const when = shortLocalTime(facts.verdict.occurredAt, facts.timeZone);
  return subjectLine(`${marks}${headline(facts)}`, facts.borough, when);
}

function emailBody(facts: AlertFacts): string {
  const { verdict, timeZone } = facts;
  const lines = [
    ...(facts.drill ? ["DRILL. This is an exercise; it is in no figure."] : []),
    `${headline(facts)}.`,
    ...undeliveredLine(facts),
    "",
    `When: ${localDateTime(verdict.occurredAt, timeZone)}`,
    `Where: ${oneLine(facts.borough)}`,
    `Officer: ${facts.collarNumber === undefined ? "not known yet" : `collar number ${oneLine(facts.collarNumber)}`}`,
    `Weapon: ${facts.weaponSerial ?? "not known yet"}`,
    `Priority: ${verdict.priority}`,
    `Verdict ${verdict.version}: ${outcomeWords[verdict.outcome]}`,
    "",
    finding(verdict),
    "",
    `The incident: ${facts.link}`,
    `What to do: ${request(facts)}`,
  ];
  return lines.join("\n");
}

function undeliveredLine({ undelivered, verdict }: AlertFacts): readonly string[] {
  if (undelivered === undefined) return [];
  const about = headline({ subject: undelivered, verdict });
  return [`It was for ${oneLine(undelivered.levelName)} and said: ${about}.`];
}

/**
 * What was found. Not for high priority: lengths of cycles and a cancelled signal, which an explanation tells of,
 * are reasons for it, and the reason for `high` stays out of every text.
 */
const finding = ({ priority, explanation }: Verdict): string =>
  priority === "high" ? "What was found is on the incident's page." : oneLine(explanation);

/** One SMS: what is to be done is never cut off; the link and the place go first when it gets too long. */
function textMessage(facts: AlertFacts): string {
  const drill = facts.drill ? "DRILL " : "";
  const what = `${drill}${shortHeadline(facts)}, ${shortLocalTime(facts.verdict.occurredAt, facts.timeZone)}`;
  const where = `, ${gsmLine(facts.borough).slice(0, 24)}`;
  const who = facts.collarNumber === undefined ? "" : `, officer ${gsmLine(facts.collarNumber)}`;
  const todo = `${shortRequest(facts)}.`;
  const incident = `incident ${facts.incidentId}`;
  const candidates = [
    `${what}${where}${who}. ${facts.link} ${todo}`,
    `${what}${who}. ${facts.link} ${todo}`,
    `${what}. ${facts.link} ${todo}`,
    `${what}${where}${who}, ${incident}. ${todo}`,
    `${what}${who}, ${incident}. ${todo}`,
  ];
  return candidates.find((text) => text.length <= MAX_SMS) ?? `${what}. ${todo}`.slice(0, MAX_SMS);
}

type Told = { readonly subject: Pick<AlertSubject, "type">; readonly verdict: Verdict };

function headline({ subject, verdict }: Told): string {
  const what = kindWords[verdict.kind];
  switch (subject.type) {
    case "DISCHARGE_REPORTED":
      return `${what} reported`;
    case "UNRECORDED_DISCHARGE":
      return verdict.outcome === "NOT_RETAINED" ? `${what}: its video was not kept` : `${what} without video`;
    case "PARTLY_RECORDED_DISCHARGE":
      return `${what} only partly on video`;
    case "UNDETERMINED_DISCHARGE":
      return `${what}: cannot tell whether it is on video`;
    case "UNREPORTED_DISCHARGE":
      return `${what} without a use report`;
    case "CONTRADICTION":
      return verdict.outcome === "RECORDED"
        ? `${what}: the report says no video, but there is`
        : `${what}: the report says video, but there is none`;
    case "REVISED":
      return `${what}: verdict changed to ${outcomeWords[verdict.outcome]}`;
    case "ESCALATED":
      return `Not acknowledged: ${what.toLowerCase()}, ${outcomeWords[verdict.outcome]}`;
    case "KIT":
      return "Taser booked without a working camera";
    case "DELIVERY":
      return "An alert may not have reached anybody";
  }
}

const shortHeadline = (facts: AlertFacts): string => {
  const what = `${facts.verdict.priority === "high" ? "HIGH " : ""}${shortKindWords[facts.verdict.kind]}`;
  return `${what} ${shortTypeWords(facts)}`;
};

function shortTypeWords({ subject, verdict }: AlertFacts): string {
  const words: Record<AlertType, string> = {
    DISCHARGE_REPORTED: "reported",
    UNRECORDED_DISCHARGE: verdict.outcome === "NOT_RETAINED" ? "video not kept" : "without video",
    PARTLY_RECORDED_DISCHARGE: "partly on video",
    UNDETERMINED_DISCHARGE: "video undetermined",
    UNREPORTED_DISCHARGE: "without report",
    CONTRADICTION: "report contradicted",
    REVISED: `now ${outcomeWords[verdict.outcome]}`,
    ESCALATED: "not acknowledged",
    KIT: "without camera",
    DELIVERY: "alert not delivered",
  };
  return words[subject.type];
}

/** The one thing to do, and by when. */
function request(facts: AlertFacts): string {
  const by = localDateTime(respondBy(facts), facts.timeZone);
  switch (facts.subject.type) {
    case "DISCHARGE_REPORTED":
      return awaitsFootage(facts)
        ? `see that every camera that was there is docked by ${by}.`
        : `read the incident by ${by}.`;
    case "UNREPORTED_DISCHARGE":
      return `acknowledge that the use report is being seen to, by ${by}.`;
    case "REVISED":
      return facts.verdict.outcome === "RECORDED"
        ? `read the new verdict by ${by}; nothing needs to be acknowledged.`
        : `read the new verdict and acknowledge it by ${by}.`;
    case "DELIVERY":
      return `read the incident and acknowledge it in their place by ${by}.`;
    default:
      return `read the incident and acknowledge it by ${by}.`;
  }
}

function shortRequest(facts: AlertFacts): string {
  const by = shortLocalTime(respondBy(facts), facts.timeZone);
  if (facts.subject.type === "DISCHARGE_REPORTED") {
    return awaitsFootage(facts) ? `Dock cameras by ${by}` : `Read by ${by}`;
  }
  if (facts.subject.type === "REVISED" && facts.verdict.outcome === "RECORDED") return `Read by ${by}`;
  return `Acknowledge by ${by}`;
}

const awaitsFootage = ({ verdict, owedAt }: AlertFacts): boolean =>
  verdict.outcome === "AWAITING_FOOTAGE" && Date.parse(verdict.graceEndsAt) > owedAt.getTime();

/** By when the one thing is to be done: Unix milliseconds. */
function respondBy(facts: AlertFacts): number {
  if (facts.subject.type === "DISCHARGE_REPORTED" && awaitsFootage(facts))
    return Date.parse(facts.verdict.graceEndsAt);
  return facts.owedAt.getTime() + facts.acknowledgeWithinHours * MILLISECONDS_AN_HOUR;
}
