import { Aws, Duration, Fn } from "aws-cdk-lib";
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  ClientAttributes,
  FeaturePlan,
  LambdaVersion,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  UserPoolEmail,
  UserPoolOperation,
} from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import { views } from "../console/views.ts";
import { HouseFunction } from "./house-function.ts";
import { allLibraries, keyRights, tableRights } from "./permissions.ts";
import type { Records } from "./records.ts";
import type { StageConfig } from "./stages.ts";

/** What a token is for, where it says so. */
export const audience = "batch-updates";

/** What the API asks of the user pool, for people and clients of libraries. */
export const userPoolActions = [
  "cognito-idp:AdminCreateUser",
  "cognito-idp:AdminDeleteUser",
  "cognito-idp:AdminDisableUser",
  "cognito-idp:AdminEnableUser",
  "cognito-idp:AdminGetUser",
  "cognito-idp:AdminUserGlobalSignOut",
  "cognito-idp:AddUserPoolClientSecret",
  "cognito-idp:CreateUserPoolClient",
  "cognito-idp:DeleteUserPoolClient",
  "cognito-idp:DeleteUserPoolClientSecret",
  "cognito-idp:ListUserPoolClientSecrets",
] as const;

/**
 * Who may sign in: people by authorization code with PKCE, libraries' own systems by client credentials. A trigger puts
 * `library` and `roles` into access tokens of both, as the product's table says, so the API reads one kind of token. The
 * clients of libraries' systems are made by the API, not here.
 */
export class Identity extends Construct {
  readonly pool: UserPool;
  readonly issuer: string;
  /** Host of the sign-in pages. */
  readonly signInHost: string;
  /** What a machine client asks for where it names a scope: Cognito gives none a token without one. */
  readonly clientScope = "batch-updates/api";

  constructor(scope: Construct, id: string, props: { readonly config: StageConfig; readonly records: Records }) {
    super(scope, id);
    const { config, records } = props;
    const preToken = new HouseFunction(this, "PreToken", {
      config,
      deployable: "pre-token",
      description: "Puts library and roles into tokens",
      // Cognito waits 5 seconds for a trigger.
      timeout: Duration.seconds(5),
      // Enough CPU to start within them.
      memory: 1024,
      environment: { TABLE_NAME: records.table.tableName },
      rights: [
        keyRights(records, "dynamodb"),
        // A first sign-in is noted.
        ...tableRights(allLibraries(records), { get: ["members", "libraries"], update: ["members"] }),
      ],
    });
    this.pool = new UserPool(this, "People", {
      // Tokens of machines can be enriched from this plan on.
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { username: true, email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      // Whoever has no second factor yet is led through setting one up where it is demanded, by the sign-in pages.
      mfa: config.secondFactor === "required" ? Mfa.REQUIRED : Mfa.OPTIONAL,
      mfaSecondFactor: { sms: false, otp: true },
      ...(config.mailFrom !== undefined && {
        email: UserPoolEmail.withSES({ fromEmail: config.mailFrom, sesRegion: Aws.REGION }),
      }),
      deletionProtection: config.deletionProtection,
      removalPolicy: config.removal,
    });
    this.pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, preToken.function, LambdaVersion.V3_0);

    const prefix = Fn.sub(`batch-updates-${config.stage}-\${AWS::AccountId}`);
    this.pool.addDomain("SignIn", {
      cognitoDomain: { domainPrefix: prefix },
      // The classic pages do not know `prompt=none`: a reload would ask for the password each time.
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.signInHost = Fn.sub(`batch-updates-${config.stage}-\${AWS::AccountId}.auth.\${AWS::Region}.amazoncognito.com`);
    this.issuer = this.pool.userPoolProviderUrl;

    this.pool.addResourceServer("Api", {
      identifier: "batch-updates",
      scopes: [new ResourceServerScope({ scopeName: "api", scopeDescription: "Calls the API" })],
    });
  }

  /** The console's client. It knows the console's address, so it is made after the console. */
  addConsoleClient(consoleUrl: string): UserPoolClient {
    const client = this.pool.addClient("Console", {
      userPoolClientName: "console",
      generateSecret: false,
      // Said, or Cognito would let people sign in by password protocols too, past the sign-in pages: the code flow of the
      // pages and refreshing is all that is left.
      authFlows: { userSrp: false },
      // Of their own attributes people may write one that decides nothing. An empty list would mean every one.
      writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.PROFILE],
        callbackUrls: [consoleUrl + views.signedIn],
        logoutUrls: [consoleUrl + views.signedOut],
      },
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(1),
    });
    // Managed login shows pages for a client only once it has a style; this one is Cognito's own.
    new CfnManagedLoginBranding(this, "SignInStyle", {
      userPoolId: this.pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    return client;
  }
}
