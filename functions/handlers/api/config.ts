import * as z from "zod";
import { arn } from "#contracts/environment.ts";

/** The environment of the `api` function; the stack writes exactly these names. */
export const configSchema = z.object({
  TABLE_NAME: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  EVIDENCE_KEY_ARN: arn,
  STATE_MACHINE_ARN: arn,
  /** Path of the force's file in its layer. */
  FORCE_FILE: z.string().min(1),
  /** OIDC issuer of the people's tokens, and the client that they must be meant for. */
  ISSUER: z.url({ protocol: /^https$/ }),
  CLIENT_ID: z.string().min(1),
  /** Names of the claims: `cognito:groups` and `custom:officer_id` for a user pool of the stack. */
  ROLES_CLAIM: z.string().min(1),
  OFFICER_ID_CLAIM: z.string().min(1),
  /** Where people reach the console: the issuer sends them back there. Without a slash at its end. */
  CONSOLE_BASE_URL: z.url(),
});
