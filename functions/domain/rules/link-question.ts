import type { Recording } from "#domain/cover/recordings.ts";
import type { EventTime } from "#domain/log/event-times.ts";

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
