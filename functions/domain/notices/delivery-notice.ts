import type { Notice } from "#contracts/alert.ts";
import { localDateTime, shortLocalTime } from "#domain/lifecycle/local-time.ts";
import { cut, gsmLine, MAX_SMS, MAX_SUBJECT, oneLine } from "#domain/lifecycle/plain-text.ts";

/** As long as an alert may wait for its acknowledgement where no rule of an incident says otherwise. */
const RESPOND_MS = 4 * 3_600_000;

export type DeliveryFacts = {
  /** What was found, so that the same is not told twice. */
  readonly about: string;
  /** Who may not be reached, such as `duty supervisors`. */
  readonly whom: string;
  /** Sentences. */
  readonly faults: readonly string[];
  /** The level that is told. */
  readonly level: number;
  readonly owedAt: Date;
  readonly timeZone: string;
  /** Where the console is. */
  readonly link: string;
};

/** `DELIVERY` that concerns no single incident: an address that is not reached, a notice that was given back. */
export function deliveryNotice(facts: DeliveryFacts): Notice {
  const { about, whom, faults, level, owedAt, timeZone, link } = facts;
  const respondBy = owedAt.getTime() + RESPOND_MS;
  const headline = `Alerts to ${oneLine(whom)} may not reach everybody`;
  const todo = "see that the operators put it right, and read the console in their place until then,";
  const lines = [
    `${headline}.`,
    "",
    ...faults,
    "",
    "Until this is put right, alerts of that level may reach nobody.",
    "",
    `The console: ${link}`,
    `What to do: ${todo} by ${localDateTime(respondBy, timeZone)}.`,
  ];
  const short = `Alerts to ${gsmLine(whom).slice(0, 40)} may not arrive.`;
  return {
    alertId: ["DELIVERY", about, level].join("."),
    type: "DELIVERY",
    priority: "normal",
    borough: "all",
    outcome: "NOT_APPLICABLE",
    level,
    email: { subject: cut(headline, MAX_SUBJECT), body: lines.join("\n") },
    sms: `${short} Read the console and tell the operators by ${shortLocalTime(respondBy, timeZone)}.`.slice(
      0,
      MAX_SMS,
    ),
    link,
    respondBy: new Date(respondBy).toISOString(),
  };
}

/** What the operators hear of it: the words that the level reads, and what is theirs to do. */
export function operationsWord({ email, level, respondBy = "now" }: Notice): {
  readonly subject: string;
  readonly body: string;
} {
  return {
    subject: cut(`Witnessed: ${email.subject}`, MAX_SUBJECT),
    body: [
      `Level ${level} is told:`,
      "",
      email.body,
      "",
      `What operators are to do: put it right as the runbook says, by ${respondBy}.`,
    ].join("\n"),
  };
}
