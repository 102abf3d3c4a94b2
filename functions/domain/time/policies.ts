import type { Policy } from "#contracts/force.ts";
import { compare } from "#domain/text-order.ts";

import { startOfDate } from "./time.ts";

const startOf = (policy: Policy, timeZone: string): number => startOfDate(policy.effectiveFrom, timeZone);

/**
 * The policy in force at the instant (ms). An event before the first policy is judged by the first
 * (contract §9); `isBeforeFirstPolicy` says so. At least one policy is needed.
 */
export function policyAt(policies: readonly Policy[], ms: number, timeZone: string): Policy {
  const [first, ...others] = policies;
  if (first === undefined) throw new RangeError("expected at least one policy");
  return others.reduce((best, next) => (supersedes(next, best, ms, timeZone) ? next : best), first);
}

/** Whether the first is rather the one in force: begun and later than the other, or, where none has begun, earlier. */
function supersedes(next: Policy, best: Policy, ms: number, timeZone: string): boolean {
  const [nextFrom, bestFrom] = [startOf(next, timeZone), startOf(best, timeZone)];
  const hasBegun = nextFrom <= ms;
  if (hasBegun !== bestFrom <= ms) return hasBegun;
  if (nextFrom !== bestFrom) return nextFrom > bestFrom === hasBegun;
  return compare(next.version, best.version) > 0 === hasBegun;
}

/** Whether the instant (ms) lies before the first policy begins. */
export function isBeforeFirstPolicy(policies: readonly Policy[], ms: number, timeZone: string): boolean {
  return policies.every((policy) => startOf(policy, timeZone) > ms);
}

type ClockValues = Policy["clocks"]["default"];

/** Of each list of models what was found in it: all clips of a day are of a few models. */
const foundIn = new WeakMap<Policy["clocks"], Map<string, ClockValues>>();

/**
 * Resolution and drift of a device model. A model without values of its own takes the default; the maker's name
 * and the spelling of the model do not matter ("TASER X26E" is X26E).
 */
export function clockValuesOf({ clocks }: Policy, model: string | undefined): ClockValues {
  if (model === undefined) return clocks.default;
  const found = foundIn.get(clocks) ?? new Map<string, ClockValues>();
  // Stryker disable next-line CallExpression: forgotten, they are found again
  foundIn.set(clocks, found);
  const values = found.get(model) ?? findClockValues(clocks, model);
  // Stryker disable next-line CallExpression: forgotten, they are found again
  found.set(model, values);
  return values;
}

function findClockValues(clocks: Policy["clocks"], model: string): ClockValues {
  const exact = Object.hasOwn(clocks, model) ? clocks[model] : undefined;
  if (exact !== undefined) return exact;
  const wanted = modelKey(model);
  const names = Object.keys(clocks).sort();
  const similar = names.find((name) => modelKey(name) === wanted);
  return (similar === undefined ? undefined : clocks[similar]) ?? clocks.default;
}

/** A model's name without its maker and without what people write between its letters. */
export function modelKey(model: string): string {
  return model
    .toUpperCase()
    .replace(/^TASER/, "")
    .replaceAll(/[^A-Z0-9]/g, "");
}
