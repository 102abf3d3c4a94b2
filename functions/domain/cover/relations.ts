import type { Relation } from "#contracts/verdict.ts";
import type { EventTime } from "#domain/log/event-times.ts";
import { countingRules } from "#domain/rules/register.ts";
import type { Recording } from "./recordings.ts";

/** What a counting rule may ask about one recording and one reading of the event. */
export type LinkQuestion = {
  readonly recording: Recording;
  readonly event: EventTime;
  readonly weaponSerial: string | undefined;
  /** The officer who is judged; undefined when nobody knows who carried the weapon. */
  readonly officerId: string | undefined;
  /** Who carried the camera at C.start. */
  readonly carriers: readonly string[];
  readonly incidentRefs: readonly string[];
  /** ± ms of the weapon's clock. */
  readonly uncertaintyMs: number;
  /** Where untrusted weapon events may lie; absent for others. */
  readonly mayLie: { readonly from: number; readonly to: number } | undefined;
  readonly nearbyMetres: number;
  /** Footage that a supervisor confirmed to show the event. */
  readonly confirmed: ReadonlySet<string>;
};

/** In the order in which the contract names them: the first that applies is told. */
const RELATIONS = ["own", "weapon-mounted", "other-officer", "vehicle", "fixed"] as const;
const rulesInOrder = RELATIONS.flatMap((relation) =>
  countingRules.filter((rule) => rule.relation === relation),
);

/** How a clip of the recording counts, if it does. */
export function relationOf(question: LinkQuestion, footageId: string): Relation | undefined {
  return rulesInOrder.find((rule) => rule.applies(question, footageId))?.relation;
}
