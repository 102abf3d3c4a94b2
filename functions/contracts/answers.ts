import * as z from "zod";
import { alertMessage, priority } from "./alert.ts";
import { deletionCause, footageState, mediaFacts, rejection } from "./footage.ts";
import { acceptedCode, custodyEntry, decision, explanation, incidentState } from "./incident.ts";
import { booking, device, officer } from "./register.ts";
import { explanationCode, useReport } from "./report.ts";
import { sweepReport, undeclaredObject } from "./sweep.ts";
import { utcTimestamp } from "./time.ts";
import { incidentKind, outcome, verdict } from "./verdict.ts";

/** What the API answers. Loose where a later version may say more: additional fields are welcome. */
const uploadUrl = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  expiresAt: utcTimestamp,
});

const uploadAnswer = z
  .union([
    uploadUrl,
    z.object({
      parts: z.array(uploadUrl.extend({ number: z.int() })),
      have: z.array(z.int()),
      remaining: z.int(),
    }),
  ])
  .nullable();
export type UploadAnswer = z.infer<typeof uploadAnswer>;

export const footageDeclaredAnswer = z.object({ footageId: z.string(), upload: uploadAnswer });
export type FootageDeclaredAnswer = z.infer<typeof footageDeclaredAnswer>;

export const footageCompletedAnswer = z.object({ footageId: z.string(), state: footageState });
export const footageAnswer = z.object({
  footageId: z.string(),
  state: footageState,
  rejection: rejection.optional(),
  media: mediaFacts.optional(),
  /** The file is no more; the record stays. */
  deletedAt: utcTimestamp.optional(),
  deletedBecause: deletionCause.optional(),
});
export type FootageAnswer = z.infer<typeof footageAnswer>;

/** Where a listed clip may stand. Those that count are found by their incidents. */
export const listedStates = [
  ...footageState.exclude(["ACCEPTED"]).options,
  /** Its file is no more. */
  "DELETED",
] as const;

const footageLine = z.object({
  footageId: z.string(),
  cameraSerial: z.string(),
  clip: z.int(),
  drill: z.boolean(),
  /** As declared, in the device's time. */
  startTime: z.string(),
  endTime: z.string(),
  bytes: z.int(),
  state: z.enum(["ACCEPTED", ...listedStates]),
  declaredAt: utcTimestamp,
  ageSeconds: z.int(),
  detail: z.string(),
  parts: z.object({ have: z.int(), missing: z.int() }).optional(),
  code: z.string().optional(),
  readerVersion: z.int().optional(),
  /** Since when it waits to be read again. */
  probeAskedAt: utcTimestamp.optional(),
  deletedAt: utcTimestamp.optional(),
});
export type FootageLine = z.infer<typeof footageLine>;
export const footageListAnswer = z.object({
  footage: z.array(footageLine.meta({ id: "FootageLine" })),
  cursor: z.string().optional(),
});
export const footageCustodyAnswer = z.object({ footageId: z.string(), custody: z.array(custodyEntry) });
export const probeAskedAnswer = z.object({ footageId: z.string(), askedAt: utcTimestamp });
export const sweepAnswer = z.object({
  report: sweepReport.optional(),
  /** Files in the store that no clip was declared for, the oldest first. */
  undeclared: z.array(undeclaredObject),
});

export const weaponLogAnswer = z.object({
  logId: z.string(),
  incidents: z.array(z.object({ incidentId: z.string(), kind: incidentKind })),
});
export const reportAnswer = z.object({
  reportId: z.string(),
  revision: z.int(),
  incidentId: z.string().optional(),
});

export const timeAnswer = z.object({ now: utcTimestamp });
export const healthAnswer = z.object({ status: z.literal("ok") });

const cursor = z.string().optional();
/** Entries that have lost their shape: left out, and told to operations. */
const unreadable = z.array(z.string()).optional();
export const deviceListAnswer = z.object({ devices: z.array(device), unreadable, cursor });
export const officerListAnswer = z.object({ officers: z.array(officer), unreadable, cursor });
export const bookingListAnswer = z.object({ bookings: z.array(booking), unreadable, cursor });

/** One line of an array that was sent, in its order. */
const lineResult = z.enum(["created", "changed", "unchanged"]);
export type LineResult = z.infer<typeof lineResult>;
export const deviceLinesAnswer = z.object({ results: z.array(z.object({ result: lineResult, device })) });
export const officerLinesAnswer = z.object({ results: z.array(z.object({ result: lineResult, officer })) });
export const bookingLinesAnswer = z.object({ results: z.array(z.object({ result: lineResult, booking })) });

const verdictAnswer = verdict.meta({ id: "Verdict" });

const note = z.object({ by: z.string().optional(), at: utcTimestamp });

/** One use of one weapon, as people read it. Names, free text and references are left out for oversight. */
export const incidentAnswer = z
  .object({
    incidentId: z.string(),
    kind: incidentKind,
    state: incidentState,
    priority,
    deadline: utcTimestamp.optional(),
    officerId: z.string().optional(),
    weaponSerial: z.string().optional(),
    borough: z.string(),
    occurredAt: utcTimestamp,
    incidentRef: z.string().optional(),
    drill: z.boolean(),
    actions: z.array(z.string()),
    verdict: verdictAnswer.optional(),
    verdicts: z.array(verdictAnswer),
    reports: z.array(z.looseObject({ ...useReport.partial().shape, receivedAt: utcTimestamp })),
    alerts: z.array(
      alertMessage.omit({ email: true, sms: true }).extend({
        sentAt: utcTimestamp.optional(),
        email: alertMessage.shape.email.optional(),
        sms: z.string().optional(),
      }),
    ),
    acknowledgements: z.array(note),
    explanationRequests: z.array(note.extend({ code: explanationCode, text: z.string().optional() })),
    explanation: explanation.partial({ text: true, by: true }).optional(),
    decision: decision
      .partial({ reason: true, proposedBy: true })
      .extend({ approval: decision.shape.approval.unwrap().partial({ reason: true, by: true }).optional() })
      .optional(),
    confirmations: z.array(
      note.extend({ footageId: z.string(), shows: z.boolean(), reason: z.string().optional() }),
    ),
    holds: z.array(note.extend({ action: z.enum(["place", "release"]), reason: z.string().optional() })),
    mergedInto: z.string().optional(),
  })
  .meta({ id: "Incident" });
export type IncidentAnswer = z.infer<typeof incidentAnswer>;

/** A line of the list: the incident without its history. */
const incidentSummary = incidentAnswer
  .pick({
    incidentId: true,
    kind: true,
    state: true,
    priority: true,
    deadline: true,
    officerId: true,
    weaponSerial: true,
    borough: true,
    occurredAt: true,
    incidentRef: true,
    drill: true,
    actions: true,
    verdict: true,
    mergedInto: true,
  })
  .extend({
    outcome: outcome.optional(),
    version: z.int(),
    /** Whoever may have carried the weapon, where records disagree too. */
    officerIds: z.array(z.string()),
    /** What an explanation was about that two supervisors accepted: beside the outcome, never in its place. */
    explanationAccepted: acceptedCode.optional(),
  })
  .meta({ id: "IncidentLine" });
export const incidentListAnswer = z.object({
  incidents: z.array(incidentSummary),
  /** Ids of records that have lost their shape: left out, and told to operations. */
  unreadable: z.array(z.string()).optional(),
  cursor,
});

/** What an officer sees of an incident: the questions put to them and their own explanation. */
export const ownExplanationAnswer = z.object({
  incidentId: z.string(),
  explanationRequests: z.array(z.object({ code: explanationCode, text: z.string(), at: utcTimestamp })),
  explanation: z.object({ code: explanationCode, text: z.string(), at: utcTimestamp }).optional(),
});

export const custodyAnswer = z.object({
  incidentId: z.string(),
  custody: z.array(custodyEntry.partial({ who: true })),
});
