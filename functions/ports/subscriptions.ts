/** One address that a topic sends to, as the message service knows it. */
export type Subscription = {
  readonly protocol: "email" | "sms";
  readonly endpoint: string;
  /** Whether the owner of the address has said yes. */
  readonly confirmed: boolean;
  /** Whether nobody can end it without being signed in to the account: else the link in any forwarded email does. */
  readonly protected: boolean;
};

/**
 * Who is reached by the topic of a level (from 1), or by that of the operators. One that was unsubscribed is not
 * among them. Throws `DependencyUnavailableError`.
 */
export type Subscriptions = (topic: number | "operations") => Promise<readonly Subscription[]>;
