import { type AcceptedCode, acceptedCode } from "#contracts/incident.ts";
import { type IncidentKind, type Outcome, outcome } from "#contracts/verdict.ts";

/** What figures know of one use. */
export type CountedUse = {
  readonly kind: IncidentKind;
  readonly drill: boolean;
  readonly outcome: Outcome;
  /** Whether the discharge itself, from its first cycle to its last, is on video at zero shift. */
  readonly eventCovered: boolean;
  readonly accepted?: AcceptedCode | undefined;
};

/** How many explanations were accepted, and what they were about: codes that there were, immediate danger first. */
export type Accepted = {
  readonly count: number;
  readonly byCode: readonly { readonly code: AcceptedCode; readonly count: number }[];
};

/** Contract §7. */
export type Figures = {
  /** The denominator: discharges, intended as far as anybody says. */
  readonly discharges: number;
  /** Of them, by what is on video; each discharge in one of these. */
  readonly outcomes: Readonly<Record<Outcome, { readonly count: number; readonly accepted: Accepted }>>;
  readonly accepted: Accepted;
  /** Of them, those of which the discharge itself is covered, whatever the lead and the tail. */
  readonly eventCovered: number;
  /** Beside the denominator, never in it. */
  readonly apart: Readonly<Record<ApartKind, number>>;
};

/** Kinds that are counted apart; a use without discharge is in no figure. */
export const apartKinds = ["UNINTENTIONAL", "UNKNOWN", "TEST", "TRAINING"] as const;
export type ApartKind = (typeof apartKinds)[number];

/** Counts uses in any order. Drills are in no figure; an explanation moves no use from one outcome to another. */
export function countUses(uses: readonly CountedUse[]): Figures {
  const real = uses.filter(({ drill }) => !drill);
  const discharges = real.filter(({ kind }) => kind === "DISCHARGE");
  const ofOutcome = (wanted: Outcome) => {
    const same = discharges.filter((use) => use.outcome === wanted);
    return { count: same.length, accepted: acceptedOf(same) };
  };
  return {
    discharges: discharges.length,
    outcomes: recordOf(outcome.options, ofOutcome),
    accepted: acceptedOf(discharges),
    eventCovered: discharges.filter(({ eventCovered }) => eventCovered).length,
    apart: recordOf(apartKinds, (kind) => real.filter((use) => use.kind === kind).length),
  };
}

function acceptedOf(uses: readonly CountedUse[]): Accepted {
  const byCode = acceptedCode.options
    .map((code) => ({ code, count: uses.filter(({ accepted }) => accepted === code).length }))
    .filter(({ count }) => count > 0);
  return { count: byCode.reduce((all, { count }) => all + count, 0), byCode };
}

function recordOf<Name extends string, Value>(
  names: readonly Name[],
  valueFor: (name: Name) => Value,
): Readonly<Record<Name, Value>> {
  return Object.fromEntries(names.map((name) => [name, valueFor(name)])) as Record<Name, Value>;
}
