import * as z from "zod";
import { priority } from "#contracts/alert.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { outcome } from "#contracts/verdict.ts";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";
import type { Person } from "#ports/identity.ts";

const HOUR_MS = 3_600_000;

/** How long ago the use was. */
export const ages = {
  day: { words: "In the last 24 hours", from: 0, to: 24 },
  week: { words: "1 to 7 days ago", from: 24, to: 168 },
  older: { words: "More than 7 days ago", from: 168, to: Number.POSITIVE_INFINITY },
} as const;

/** An empty choice of a form's list is no filter. */
const orNothing = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional()).catch(undefined);

/** What the page's address asks for; what it cannot mean is left out. */
export const queueFilter = z.object({
  borough: orNothing(z.string().max(100)),
  outcome: orNothing(outcome),
  age: orNothing(z.enum(["day", "week", "older"])),
  priority: orNothing(priority),
});
export type QueueFilter = z.infer<typeof queueFilter>;

/** What lists say, count and filter by of what was found. Of a use of one's own: nothing. */
export function foundOf(
  record: Pick<IncidentRecord, "officerIds" | "outcome" | "priority" | "deadline">,
  person: Person,
): Partial<Pick<IncidentRecord, "outcome" | "priority" | "deadline">> {
  return isInvolved(record, person) ? {} : record;
}

/** Whether the filter leaves the incident in. */
export function fitsFilter(
  record: IncidentRecord,
  filter: QueueFilter,
  { person, now }: { readonly person: Person; readonly now: Date },
): boolean {
  const hours = (now.getTime() - Date.parse(record.occurredAt)) / HOUR_MS;
  const age = filter.age && ages[filter.age];
  const { outcome: found, priority: urgency } = foundOf(record, person);
  return (
    (filter.borough === undefined || record.borough === filter.borough) &&
    (filter.outcome === undefined || found === filter.outcome) &&
    (filter.priority === undefined || urgency === filter.priority) &&
    (age === undefined || (hours >= age.from && hours < age.to))
  );
}
