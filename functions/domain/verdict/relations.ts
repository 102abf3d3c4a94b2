import type { Relation } from "#contracts/verdict.ts";
import type { LinkQuestion } from "#domain/rules/link-question.ts";
import { countingRules } from "#domain/rules/register.ts";

/** In the order in which the contract names them: the first that applies is told. */
const RELATIONS = ["own", "weapon-mounted", "other-officer", "vehicle", "fixed"] as const;
const rulesInOrder = RELATIONS.flatMap((relation) =>
  countingRules.filter((rule) => rule.relation === relation),
);

/** How a clip of the recording counts, if it does. */
export function relationOf(question: LinkQuestion, footageId: string): Relation | undefined {
  return rulesInOrder.find((rule) => rule.applies(question, footageId))?.relation;
}
