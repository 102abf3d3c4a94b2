import * as z from "zod";
import { identifier, reasonText } from "./identifiers.ts";
import { explanationCode } from "./report.ts";

export const role = z.enum(["supervisor", "admin", "oversight", "officer"]);
export type Role = z.infer<typeof role>;

export const acknowledgementRequest = z.strictObject({}).meta({ description: "No fields" });
export const explanationRequestRequest = z.strictObject({ code: explanationCode, text: reasonText });
export const explanationRequest = z.strictObject({ code: explanationCode, text: reasonText });
export const decidedKind = z.enum([
  "DISCHARGE",
  "NON_DISCHARGE",
  "UNINTENTIONAL",
  "TEST",
  "TRAINING",
  "UNKNOWN",
]);
export const decisionRequest = z.union([
  z.strictObject({ accept: z.boolean(), reason: reasonText, kind: decidedKind.optional() }),
  z.strictObject({ approve: z.boolean(), reason: reasonText }),
]);
export const confirmationRequest = z.strictObject({
  footageId: identifier,
  shows: z.boolean(),
  reason: reasonText,
});
export const probeAgainRequest = z.strictObject({ reason: reasonText });
export const holdRequest = z.strictObject({ action: z.enum(["place", "release"]), reason: reasonText });
