import { isBeforeFirstPolicy } from "#domain/time/policies.ts";
import type { FindingRule } from "./rule.ts";

/**
 * BEFORE_FIRST_POLICY · contract §9: an event before the first policy is judged by the first, and says so.
 * Source: the version in force at the event judges it.
 */
export const beforeFirstPolicy: FindingRule = {
  code: "BEFORE_FIRST_POLICY",
  title: "The event lies before the force's first policy",
  clause: "§9",
  source: "The version in force at the event judges it",
  find: ({ inputs, incident }) =>
    isBeforeFirstPolicy(inputs.policies, incident.occurredAtMs, inputs.timeZone)
      ? `Judged by the first policy, ${incident.policy.version}, which begins later.`
      : undefined,
};
