import type { Policy } from "#contracts/force.ts";
import { compare } from "#domain/verdict/canonical.ts";
import { startOfDate } from "./time.ts";

type DatedPolicy = { readonly policy: Policy; readonly fromMs: number };

/** A log has thousands of rows under one list of policies: its dates are worked out once. */
const datedLists = new WeakMap<readonly Policy[], Map<string, readonly DatedPolicy[]>>();

function byDate(policies: readonly Policy[], timeZone: string): readonly DatedPolicy[] {
  const zones = datedLists.get(policies) ?? new Map<string, readonly DatedPolicy[]>();
  datedLists.set(policies, zones);
  const dated =
    zones.get(timeZone) ??
    policies
      .map((policy) => ({ policy, fromMs: startOfDate(policy.effectiveFrom, timeZone) }))
      .sort((a, b) => a.fromMs - b.fromMs || compare(a.policy.version, b.policy.version));
  zones.set(timeZone, dated);
  return dated;
}

/**
 * The policy in force at the instant (ms). An event before the first policy is judged by the first
 * (contract §9); `isBeforeFirstPolicy` says so. At least one policy is needed.
 */
export function policyAt(policies: readonly Policy[], ms: number, timeZone: string): Policy {
  const dated = byDate(policies, timeZone);
  const chosen = dated.findLast(({ fromMs }) => fromMs <= ms) ?? dated[0];
  if (chosen === undefined) throw new RangeError("expected at least one policy");
  return chosen.policy;
}

/** Whether the instant (ms) lies before the first policy begins. */
export function isBeforeFirstPolicy(policies: readonly Policy[], ms: number, timeZone: string): boolean {
  return byDate(policies, timeZone).every(({ fromMs }) => fromMs > ms);
}

/**
 * Resolution and drift of a device model. A model without values of its own takes the default; the maker's name
 * and the spelling of the model do not matter ("TASER X26E" is X26E).
 */
export function clockValuesOf(
  policy: Policy,
  model: string | undefined,
): { readonly resolutionSeconds: number; readonly driftPpm: number } {
  if (model === undefined) return policy.clocks.default;
  const exact = Object.hasOwn(policy.clocks, model) ? policy.clocks[model] : undefined;
  if (exact !== undefined) return exact;
  const wanted = modelKey(model);
  const names = Object.keys(policy.clocks).sort();
  const similar = names.find((name) => name !== "default" && modelKey(name) === wanted);
  return (similar === undefined ? undefined : policy.clocks[similar]) ?? policy.clocks.default;
}

/** A model's name without its maker and without what people write between its letters. */
export function modelKey(model: string): string {
  return model
    .toUpperCase()
    .replace(/^TASER\s*/, "")
    .replaceAll(/[^A-Z0-9]/g, "");
}
