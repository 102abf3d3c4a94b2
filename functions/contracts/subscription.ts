import * as z from "zod";

/** One address that a topic sends to, as the message service knows it. */
export const subscription = z.strictObject({
  protocol: z.enum(["email", "sms"]),
  endpoint: z.string(),
  /** Whether the owner of the address has said yes. */
  confirmed: z.boolean(),
  /** Whether nobody can end it without being signed in to the account: else the link in any forwarded email does. */
  protected: z.boolean(),
});
export type Subscription = z.infer<typeof subscription>;
