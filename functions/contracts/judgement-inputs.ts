import * as z from "zod";
import { footageRecord } from "./footage.ts";
import { policy } from "./force.ts";
import { booking, officer } from "./register.ts";
import { reportRecord } from "./report.ts";
import { utcTimestamp } from "./time.ts";
import { incidentKind } from "./verdict.ts";
import { weaponRow } from "./weapon-log.ts";

/**
 * Everything that a verdict is a function of. What `GET /v1/incidents/{id}/verdicts/{version}/inputs` gives and
 * the offline judge takes. Order within lists carries no meaning.
 */
export const judgementInputs = z.strictObject({
  format: z.literal("witnessed.judgement-inputs.1"),
  now: utcTimestamp,
  timeZone: z.string(),
  /** All policies of the force; the one in force at the event judges it. */
  policies: z.array(policy).min(1),
  incident: z.strictObject({
    incidentId: z.string(),
    weaponSerial: z.string().optional(),
    /** When anything of this incident was first received. */
    firstReceivedAt: utcTimestamp,
    drill: z.boolean(),
    /** The weapon's rows that make this use (or this test); empty when only a report is known. */
    rows: z.array(weaponRow),
    /** Missing numbers between the weapon's lowest and highest known, inside or directly beside the rows. */
    missingSeqs: z.array(z.int()),
    /** The weapon's `time-sync` rows after the first of the rows: an offset measured after one says nothing of before. */
    timeSyncs: z.array(weaponRow).optional(),
    /** What supervisors decided about the kind, once approved. */
    decidedKind: incidentKind.optional(),
  }),
  /** The latest revision of each report that joined. */
  reports: z.array(reportRecord),
  /** Bookings of the weapon, and of every camera and officer concerned, around the event. */
  bookings: z.array(booking),
  /** Register entries of the officers who may be concerned. */
  officers: z.array(officer),
  /** Every clip that may lie near the event, whatever its state. */
  footage: z.array(footageRecord),
  /** Serials of the weapon and the cameras that nobody registered: they count for nobody. */
  unregisteredSerials: z.array(z.string()).optional(),
  /** Vehicle and fixed cameras that a person looked at; the latest per footage counts. */
  confirmations: z.array(z.strictObject({ footageId: z.string(), shows: z.boolean(), at: utcTimestamp })),
});
export type JudgementInputs = z.infer<typeof judgementInputs>;
