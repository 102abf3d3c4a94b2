import * as z from "zod";
import { priority } from "./alert.ts";
import { footageState } from "./footage.ts";
import { decidedKind } from "./people.ts";
import { explanationCode } from "./report.ts";
import { utcTimestamp } from "./time.ts";
import { incidentKind, outcome, verdict } from "./verdict.ts";

export const incidentState = z.enum([
  "AWAITING_FOOTAGE",
  "OPEN",
  "ACKNOWLEDGED",
  "DECISION_PROPOSED",
  "CLOSED",
  "MERGED",
]);
export type IncidentState = z.infer<typeof incidentState>;

export const explanation = z.strictObject({
  code: explanationCode,
  text: z.string(),
  by: z.string(),
  at: utcTimestamp,
});

export const decision = z.strictObject({
  accept: z.boolean(),
  reason: z.string(),
  kind: decidedKind.optional(),
  proposedBy: z.string(),
  proposedAt: utcTimestamp,
  approval: z
    .strictObject({ approve: z.boolean(), reason: z.string(), by: z.string(), at: utcTimestamp })
    .optional(),
});

/**
 * What the accepted explanation was about. `REPLACED`: the explanation that two supervisors accepted has given way to
 * another since, so that nobody can change what was accepted by explaining anew.
 */
export const acceptedCode = z.enum([...explanationCode.options, "REPLACED"]);
export type AcceptedCode = z.infer<typeof acceptedCode>;

/** That an incident was closed, or opened again: when, why, and what its verdict said then. */
const closure = z.strictObject({
  at: utcTimestamp,
  what: z.enum(["closed", "reopened"]),
  because: z.enum([
    "DECISION_APPROVED",
    "RECORDED",
    /** No discharge, or answered in every point. */
    "NOTHING_ASKED",
    "VERDICT_REVISED",
    "OFFICER_ASKED",
    "ALERTED",
  ]),
  version: z.int().min(0),
  outcome: outcome.optional(),
});
export type Closure = z.infer<typeof closure>;

/**
 * The record of one use as it is kept: one item, replaced under its revision. Verdict versions, alerts and
 * custody entries are items of their own in the same partition.
 */
export const incidentRecord = z.strictObject({
  incidentId: z.string(),
  createdAt: utcTimestamp,
  firstReceivedAt: utcTimestamp,
  weaponSerial: z.string().optional(),
  drill: z.boolean(),
  /** Numbers of the weapon's rows that make this use; empty when only a report is known. */
  seqs: z.array(z.int()),
  incidentRefs: z.array(z.string()),
  reportIds: z.array(z.string()),
  mergedInto: z.string().optional(),
  /** What ingestion made of the rows, reports and bookings. */
  kind: incidentKind,
  occurredAt: utcTimestamp,
  endedAt: utcTimestamp,
  /** All possible carriers of the weapon, the booked ones first. */
  officerIds: z.array(z.string()),
  borough: z.string(),
  /** C at zero shift, or where an event without a trusted time may lie: what a use report joins by. */
  joins: z
    .strictObject({ from: utcTimestamp, to: utcTimestamp, uncertaintyMs: z.number().min(0) })
    .optional(),
  /** Where footage that can matter may lie, clock doubt included. */
  search: z.strictObject({ from: utcTimestamp, to: utcTimestamp }).optional(),
  /** SHA-256 of all that ingestion made this of: equal means that nothing new is known. */
  formedFrom: z.string().optional(),
  /** What matching found; written by footage matching under the record's revision. */
  candidates: z.array(
    z.strictObject({
      footageId: z.string(),
      cameraSerial: z.string(),
      /** Its state when matching saw it: as long as it is the same, nothing has to be looked at again. */
      state: footageState.optional(),
      /** Until when its file is locked because it may show this use. */
      retainedUntil: utcTimestamp.optional(),
      /** Since when its file is on legal hold for this incident. */
      heldSince: utcTimestamp.optional(),
    }),
  ),
  /** Copied from the latest verdict and alerts, for lists and the sweep. */
  outcome: outcome.optional(),
  version: z.int().min(0),
  state: incidentState,
  priority,
  deadline: utcTimestamp.optional(),
  /** The earliest time at which somebody must look again; absent when nothing is awaited. */
  lookAt: utcTimestamp.optional(),
  /** How often something arrived that asks for another look; counts up with each mark. */
  touches: z.int().min(0).optional(),
  /** The latest evaluation that began, the touches that it saw, and whether it came to its end or its sleep. */
  evaluation: z
    .strictObject({ execution: z.string(), touches: z.int().min(0), ended: z.boolean().optional() })
    .optional(),
  /** The execution that sleeps until then. */
  sleeper: z.strictObject({ execution: z.string(), until: utcTimestamp }).optional(),
  /** Oldest first; absent before the first. */
  closures: z.array(closure).optional(),
  acknowledgements: z.array(z.strictObject({ by: z.string(), at: utcTimestamp })),
  explanationRequests: z.array(
    z.strictObject({ code: explanationCode, text: z.string(), by: z.string(), at: utcTimestamp }),
  ),
  explanation: explanation.optional(),
  decision: decision.optional(),
  confirmations: z.array(
    z.strictObject({
      footageId: z.string(),
      shows: z.boolean(),
      reason: z.string(),
      by: z.string(),
      at: utcTimestamp,
    }),
  ),
  holds: z.array(
    z.strictObject({
      action: z.enum(["place", "release"]),
      reason: z.string(),
      by: z.string(),
      at: utcTimestamp,
    }),
  ),
});
export type IncidentRecord = z.infer<typeof incidentRecord>;

/** One version of the verdict as it is kept, with the alerts that it owes. */
export const verdictRecord = z.strictObject({ verdict, owes: z.array(z.string()) });
export type VerdictRecord = z.infer<typeof verdictRecord>;

export const custodyEntry = z.strictObject({
  seq: z.int().min(1),
  at: utcTimestamp,
  who: z.string(),
  what: z.string(),
  why: z.string().optional(),
  hash: z.string(),
  previousHash: z.string(),
});
export type CustodyEntry = z.infer<typeof custodyEntry>;
