import type { FootageDeclaration } from "#contracts/footage.ts";
import type { Policy } from "#contracts/force.ts";
import type { IncidentFacts } from "#domain/log/incident-facts.ts";
import { readClockOver } from "#domain/time/clocks.ts";
import { instantOf } from "#domain/time/time.ts";

/** What counts of a clip may reach this far past its declared end (contract §5). */
export const PLAYABLE_PAST_END_MS = 1000;
/** Own footage cancelled by its wearer this long before C is a finding (contract §5). */
export const CANCELLED_BEFORE_MS = 60_000;

/** Spans are kept and looked up by the hour, so none is longer than this. */
const LONGEST_SPAN_MS = 92 * 24 * 3_600_000;

export type SearchSpan = { readonly fromMs: number; readonly toMs: number };

/**
 * Where a clip may lie at most: corrected, widened by its uncertainty under any of the force's policies, or
 * `untrusted` when its own clock cannot tell. `declaredAt` is its receipt, RFC 3339.
 */
export function footageSearchSpan(
  declaration: FootageDeclaration,
  declaredAt: string,
  policies: readonly Policy[],
  _timeZone: string,
): SearchSpan | "untrusted" {
  const startMs = instantOf(declaration.startTime);
  const endMs = Math.max(startMs, instantOf(declaration.endTime));
  const claim = {
    clock: declaration.clock,
    receivedAtMs: instantOf(declaredAt),
    model: declaration.camera.model,
  };
  const readings = policies.map((policy) => readClockOver(startMs, endMs, claim, policy));
  if (readings.some(({ basis }) => basis === "untrusted")) return "untrusted";
  const spans = readings.map(({ offsetMs, uncertaintyMs }) => ({
    fromMs: startMs - offsetMs - uncertaintyMs,
    toMs: endMs + PLAYABLE_PAST_END_MS - offsetMs + uncertaintyMs,
  }));
  return boundedSpan({
    fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...spans.map(({ toMs }) => toMs)),
  });
}

/** A clock that is off by centuries has a doubt of years, in which a clip shows nothing: the middle is searched. */
function boundedSpan(span: SearchSpan): SearchSpan {
  const excess = span.toMs - span.fromMs - LONGEST_SPAN_MS;
  if (excess <= 0) return span;
  const fromMs = span.fromMs + Math.floor(excess / 2);
  return { fromMs, toMs: fromMs + LONGEST_SPAN_MS };
}

const HOUR_MS = 3_600_000;

/**
 * The same time in as few spans as can be, in order: those within an hour of each other become one, unless it grew
 * longer than a search may be.
 */
export function joinSpans(spans: readonly SearchSpan[]): readonly SearchSpan[] {
  const joined: SearchSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    const toMs = Math.max(span.toMs, last?.toMs ?? span.toMs);
    if (last && span.fromMs <= last.toMs + HOUR_MS && toMs - last.fromMs <= 2 * LONGEST_SPAN_MS) {
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs };
    } else {
      joined.push(span);
    }
  }
  return joined;
}

/**
 * Where footage that can matter to an incident may lie: W at each of its possible times, widened by its uncertainty,
 * and far enough back to see a recording that its wearer cancelled just before.
 */
export function incidentSearchSpan(
  facts: Pick<IncidentFacts, "times" | "policy" | "uncertaintyMs" | "mayLie">,
): SearchSpan {
  const { policy, uncertaintyMs } = facts;
  const spans =
    facts.mayLie === undefined
      ? facts.times.map(({ c }) => c)
      : [facts.mayLie, ...facts.times.map(({ c }) => c)];
  const leadMs = Math.max(Math.round(policy.leadSeconds * 1000), CANCELLED_BEFORE_MS) + uncertaintyMs;
  const tailMs = Math.round(policy.tailSeconds * 1000) + uncertaintyMs;
  return {
    fromMs: Math.min(...spans.map(({ from }) => from)) - leadMs,
    toMs: Math.max(...spans.map(({ to }) => to)) + tailMs,
  };
}
