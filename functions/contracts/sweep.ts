import * as z from "zod";
import { utcTimestamp } from "./time.ts";

/** A number of things of one kind, with the age of the oldest. */
const waiting = z.strictObject({
  count: z.int().min(0),
  oldest: z.strictObject({ id: z.string(), since: utcTimestamp, ageSeconds: z.int().min(0) }).optional(),
});
export type Waiting = z.infer<typeof waiting>;

/** What one run of the sweep did and found. */
export const sweepReport = z.strictObject({
  at: utcTimestamp,
  /** Nothing but what is awaited, each on its list: no failure, no file that nobody declared, none that is gone. */
  allAccountedFor: z.boolean(),
  /** How many things are not accounted for: failures, files that nobody declared, files that are gone. */
  unaccounted: z.int().min(0),
  /** Brought forward by this run. */
  restarted: z.int().min(0),
  formed: z.int().min(0),
  settled: z.int().min(0),
  expired: z.int().min(0),
  /** Uploads that the store had forgotten, or that could not be joined: declaring them again begins anew. */
  reopened: z.int().min(0),
  probedAgain: z.int().min(0),
  /** Declared, their URLs expired, and nothing of them is there. */
  promised: waiting,
  /** Declared, their URLs expired, and only some of their parts are there. */
  halfSent: waiting,
  /** Their files, or all their parts, are there, and the run had no time left for them. */
  unread: waiting,
  /** Files that nobody declared. */
  undeclared: waiting,
  /** Accepted clips whose file this run found gone. */
  gone: waiting,
  /** What could not be brought forward this time: at most twenty of them. */
  failures: z.array(z.strictObject({ what: z.string(), since: z.string(), error: z.string() })),
});
export type SweepReport = z.infer<typeof sweepReport>;

/** A file in the store that no clip was declared for. */
export const undeclaredObject = z.strictObject({
  objectKey: z.string(),
  bytes: z.int(),
  storedAt: utcTimestamp,
  foundAt: utcTimestamp,
  /** When operations were told. */
  toldAt: utcTimestamp.optional(),
  /** When it was no longer there. */
  goneAt: utcTimestamp.optional(),
});
export type UndeclaredObject = z.infer<typeof undeclaredObject>;

/** That an admin wants a rejected file to be read again. */
export const probeRequest = z.strictObject({
  footageId: z.string(),
  askedAt: utcTimestamp,
  askedBy: z.string(),
  reason: z.string(),
  /** When it was read; absent while that is still to be done. */
  doneAt: utcTimestamp.optional(),
});
export type ProbeRequest = z.infer<typeof probeRequest>;
