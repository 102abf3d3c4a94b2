import type { Relation } from "#contracts/verdict.ts";
import type { CaseFacts } from "./case-facts.ts";
import type { LinkQuestion } from "./link-question.ts";

/** What every rule says about itself. `code` never changes once it has been in a verdict. */
type RuleHead = {
  readonly code: string;
  readonly title: string;
  /** The clause of the contract that the rule carries out. */
  readonly clause: string;
  /** Where the rule comes from in the field. */
  readonly source: string;
};

/** Tells a fact about the case: its detail in words, or undefined when it is not so. */
export type FindingRule = RuleHead & { readonly find: (facts: CaseFacts) => string | undefined };

/** Says whether a clip counts towards cover, and as whose. */
export type CountingRule = RuleHead & {
  readonly relation: Relation;
  readonly applies: (question: LinkQuestion, footageId: string) => boolean;
};

/** Makes an incident urgent. */
export type PriorityRule = RuleHead & { readonly isHigh: (facts: CaseFacts) => boolean };
