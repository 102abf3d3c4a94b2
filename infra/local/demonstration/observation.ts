import * as z from "zod";
import type { AlertType } from "#contracts/alert.ts";
import type { Expectation, Situation } from "./situations.ts";

const seenVerdict = z.object({
  version: z.number(),
  outcome: z.string(),
  kind: z.string(),
  findings: z.array(z.object({ code: z.string() })),
  audio: z.object({ outcome: z.string() }),
  duty: z.object({ outcome: z.string() }),
  sources: z.array(z.object({ relation: z.string() })),
  explanation: z.string(),
});

/** An incident as the API answers it, as far as the demonstration looks. */
export const observation = z.object({
  incidentId: z.string(),
  kind: z.string(),
  state: z.string(),
  verdict: seenVerdict.nullish(),
  verdicts: z.array(seenVerdict),
  alerts: z.array(z.object({ alertId: z.string(), type: z.string() })),
});
export type Observation = z.infer<typeof observation>;

/** A page of the list of incidents, as far as the demonstration looks. */
export const incidentPage = z.object({
  incidents: z.array(z.object({ incidentId: z.string(), weaponSerial: z.string().optional() })),
  cursor: z.string().optional(),
});

/** The outcomes of the versions in order, without repeats: a version may differ in something else. */
export function outcomesOf(seen: Observation): readonly string[] {
  const outcomes = seen.verdicts.map((verdict) => verdict.outcome);
  return outcomes.filter((outcome, index) => outcome !== outcomes[index - 1]);
}

const listed = (names: readonly string[]) => (names.length === 0 ? "none" : names.join(", "));
const sorted = (names: readonly string[]) => [...names].sort();

/**
 * Each way in which what is seen differs from what an expert expects; empty when it does not. Alerts of the types
 * `beside` may be there or not.
 */
export function differences(
  situation: Situation,
  seen: Observation,
  beside: readonly AlertType[] = [],
): readonly string[] {
  const { expected } = situation;
  const { verdict } = seen;
  if (!verdict) return [`situation ${situation.number}: expected a verdict, found none`];
  const types = seen.alerts.map(({ type }) => type).filter((type) => !beside.some((one) => one === type));
  const said: readonly (readonly [string, string, string])[] = [
    ["kind", expected.kind, verdict.kind],
    ["outcomes", listed(expected.outcomes), listed(outcomesOf(seen))],
    ["audio", expected.audio, verdict.audio.outcome],
    ["duty", expected.duty, verdict.duty.outcome],
    [
      "sources",
      listed(sorted(expected.sources)),
      listed(sorted(verdict.sources.map((source) => source.relation))),
    ],
    ["alerts", listed(sorted(expected.alerts)), listed(sorted(types))],
    ["findings", listed(expected.findings), listed(foundOf(expected, verdict.findings))],
  ];
  return said
    .filter(([, wanted, found]) => wanted !== found)
    .map(
      ([what, wanted, found]) => `situation ${situation.number}, ${what}: expected ${wanted}, found ${found}`,
    );
}

function foundOf(expected: Expectation, findings: readonly { readonly code: string }[]): readonly string[] {
  return expected.findings.filter((code) => findings.some((finding) => finding.code === code));
}
