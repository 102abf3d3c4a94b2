import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AccountRecovery,
  CfnUserPoolGroup,
  ClientAttributes,
  Mfa,
  OAuthScope,
  StringAttribute,
  UserPool,
  type UserPoolClient,
} from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import { SIGNED_IN_PATH } from "#contracts/console-paths.ts";
import type { ForceConfig } from "#contracts/force.ts";
import { role } from "#contracts/people.ts";

export type SignInProps = {
  readonly code: string;
  readonly roles: ForceConfig["signIn"]["roles"];
  /** Where people come back to after signing in. */
  readonly baseUrl: string;
};

/** What the API checks tokens against. */
export type TokenSettings = {
  readonly issuer: string;
  readonly clientId: string;
  readonly rolesClaim: string;
  readonly officerIdClaim: string;
};

const OFFICER_ID = "officer_id";

/**
 * A user pool for a force that names no issuer of its own. Nobody can sign up; a group for each role, named
 * as in the force's file; a second factor for everybody.
 */
export class SignIn extends Construct {
  readonly pool: UserPool;
  readonly settings: TokenSettings;

  constructor(scope: Construct, id: string, { code, roles, baseUrl }: SignInProps) {
    super(scope, id);
    this.pool = new UserPool(this, "Pool", {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      autoVerify: { email: true },
      customAttributes: { [OFFICER_ID]: new StringAttribute({ mutable: true, maxLen: 64 }) },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const name of new Set(role.options.flatMap((name) => roles[name] ?? [name]))) {
      new CfnUserPoolGroup(this, `Group${name}`, { userPoolId: this.pool.userPoolId, groupName: name });
    }
    this.pool.addDomain("Domain", {
      // The one name that must be given: it is a host name, shared by all accounts of the region.
      cognitoDomain: { domainPrefix: `witnessed-${code}-${Stack.of(this).account}` },
    });
    this.settings = {
      issuer: this.pool.userPoolProviderUrl,
      clientId: this.client(baseUrl).userPoolClientId,
      rolesClaim: "cognito:groups",
      officerIdClaim: `custom:${OFFICER_ID}`,
    };
  }

  private client(baseUrl: string): UserPoolClient {
    return this.pool.addClient("Console", {
      generateSecret: false,
      preventUserExistenceErrors: true,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        // Without `profile`, tokens from the sign-in page say neither the name nor the officer's id.
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: [`${baseUrl}${SIGNED_IN_PATH}`],
        logoutUrls: [`${baseUrl}/`],
      },
      readAttributes: new ClientAttributes()
        .withStandardAttributes({ email: true, emailVerified: true, fullname: true })
        .withCustomAttributes(OFFICER_ID),
      // Left open, people could give themselves another name or another officer's id. One attribute has to be
      // named, and the API reads nothing from this one.
      writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.hours(12),
    });
  }
}
