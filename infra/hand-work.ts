import { SIGNED_IN_PATH } from "#contracts/console-paths.ts";
import type { ForceConfig } from "#contracts/force.ts";

/** One thing that no template can do. `output` is the name of the stack's output that says it. */
export type HandWork = { readonly output: string; readonly text: string };

/** What a person must still do after deploying a force's stack, in order. Shown at synthesis and as outputs. */
export function handWork(force: ForceConfig): readonly HandWork[] {
  return [
    confirmSubscriptions(force),
    ...signInClient(force),
    ...firstAdministrator(force),
    ...textMessages(force),
    ...ownDomain(force),
  ];
}

function confirmSubscriptions(force: ForceConfig): HandWork {
  const mailboxes = new Set([
    ...force.operations.emails,
    ...force.alerts.levels.flatMap((level) => level.emails),
  ]);
  return {
    output: "ToDoConfirmSubscriptions",
    text:
      `Confirm the subscriptions of ${mailboxes.size} mailboxes from the token in each confirmation mail, not by its link: ` +
      "aws sns confirm-subscription --topic-arn <topic> --token <token> --authenticate-on-unsubscribe true. " +
      "Confirmed by the link, any reader of an alert could cut the mailbox off. " +
      "Until each is confirmed so, the level above and the operators are told every day.",
  };
}

/** A force's own issuer must be told where it may send people back to; the user pool of the stack knows. */
function signInClient({ signIn }: ForceConfig): readonly HandWork[] {
  if (signIn.issuer === undefined) return [];
  return [
    {
      output: "ToDoSignInClient",
      text:
        `At ${signIn.issuer}, make the client "${signIn.clientId ?? ""}" a public one (authorization code with PKCE, no secret) ` +
        `and register <BaseUrl>${SIGNED_IN_PATH} as its redirect address, so that people can sign in to the console.`,
    },
  ];
}

function firstAdministrator({ signIn }: ForceConfig): readonly HandWork[] {
  const group = signIn.roles.admin?.[0] ?? "admin";
  const text =
    signIn.issuer === undefined
      ? `Make the first administrator: aws cognito-idp admin-create-user --user-pool-id <UserPoolId> --username <e-mail>, then ` +
        `aws cognito-idp admin-add-user-to-group with the group "${group}". Everybody else is made by them.`
      : `Give the first administrator "${group}" in the claim "${signIn.rolesClaim}" at ${signIn.issuer}.`;
  return [{ output: "ToDoFirstAdministrator", text }];
}

function textMessages({ alerts, region }: ForceConfig): readonly HandWork[] {
  const phones = alerts.levels.flatMap((level) => level.phones);
  if (phones.length === 0) return [];
  return [
    {
      output: "ToDoTextMessages",
      text:
        `Move the account out of the SMS sandbox in ${region}, register a sender id, make "transactional" the default type of messages and raise the monthly spending limit: ` +
        `until then none of the ${phones.length} phones gets an alert.`,
    },
  ];
}

function ownDomain({ domain }: ForceConfig): readonly HandWork[] {
  if (!domain) return [];
  return [
    {
      output: "ToDoDomain",
      text: `Point ${domain.name} at the domain's target (output DomainTarget) in the force's DNS.`,
    },
  ];
}
