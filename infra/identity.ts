import { Duration, Fn } from "aws-cdk-lib";
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  CfnUserPoolGroup,
  FeaturePlan,
  LambdaVersion,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  StringAttribute,
  UserPool,
  type UserPoolClient,
  UserPoolOperation,
} from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import { views } from "../console/views.ts";
import { HouseFunction } from "./house-function.ts";
import type { StageConfig } from "./stages.ts";

/** What a token is for, where it says so. */
export const audience = "batch-updates";

const roles = ["administrator", "staff", "support"] as const;

/**
 * Who may sign in: people by authorization code with PKCE, libraries' own systems by client credentials. A trigger puts
 * `library` and `roles` into access tokens of both, so the API reads one kind of token.
 */
export class Identity extends Construct {
  readonly pool: UserPool;
  readonly issuer: string;
  /** Host of the sign-in pages. */
  readonly signInHost: string;
  private readonly machineClients = new Map<string, UserPoolClient>();

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    const preToken = new HouseFunction(this, "PreToken", {
      config,
      deployable: "pre-token",
      description: "Puts library and roles into tokens",
      // Cognito waits 5 seconds for a trigger.
      timeout: Duration.seconds(5),
      memory: 256,
      environment: {},
      rights: [],
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
      standardAttributes: { fullname: { required: true, mutable: true } },
      // Keystone sets it; no client may write it, so nobody moves into another library.
      customAttributes: { library: new StringAttribute({ mutable: true, maxLen: 32 }) },
      deletionProtection: config.deletionProtection,
      removalPolicy: config.removal,
    });
    this.pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, preToken.function, LambdaVersion.V3_0);
    for (const role of roles) {
      new CfnUserPoolGroup(this, `Role-${role}`, { userPoolId: this.pool.userPoolId, groupName: role });
    }

    const prefix = Fn.sub(`batch-updates-${config.stage}-\${AWS::AccountId}`);
    this.pool.addDomain("SignIn", {
      cognitoDomain: { domainPrefix: prefix },
      // The classic pages do not know `prompt=none`: a reload would ask for the password each time.
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.signInHost = Fn.sub(`batch-updates-${config.stage}-\${AWS::AccountId}.auth.\${AWS::Region}.amazoncognito.com`);
    this.issuer = this.pool.userPoolProviderUrl;

    // The scopes that a machine client is given say which library it belongs to and what it may do.
    const libraries = [...new Set(config.machineClients.flatMap(({ library }) => library ?? []))];
    const roleScopes = roles.map(
      (role) => new ResourceServerScope({ scopeName: role, scopeDescription: `Acts as ${role}` }),
    );
    const libraryScopes = libraries.map(
      (library) => new ResourceServerScope({ scopeName: library, scopeDescription: `Belongs to ${library}` }),
    );
    if (config.machineClients.length === 0) return;
    const roleServer = this.pool.addResourceServer("Roles", { identifier: "role", scopes: roleScopes });
    const libraryServer =
      libraries.length === 0
        ? undefined
        : this.pool.addResourceServer("Libraries", { identifier: "library", scopes: libraryScopes });
    for (const { name, library, role } of config.machineClients) {
      const scopes = roleScopes
        .filter(({ scopeName }) => scopeName === role)
        .map((scope) => OAuthScope.resourceServer(roleServer, scope));
      const owner = libraryScopes.find(({ scopeName }) => scopeName === library);
      if (libraryServer !== undefined && owner !== undefined) {
        scopes.push(OAuthScope.resourceServer(libraryServer, owner));
      }
      this.machineClients.set(
        name,
        this.pool.addClient(`Machine-${name}`, {
          userPoolClientName: name,
          generateSecret: true,
          oAuth: { flows: { clientCredentials: true }, scopes },
          accessTokenValidity: Duration.hours(1),
        }),
      );
    }
  }

  /** The console's client. It knows the console's address, so it is made after the console. */
  addConsoleClient(consoleUrl: string): UserPoolClient {
    const client = this.pool.addClient("Console", {
      userPoolClientName: "console",
      generateSecret: false,
      authFlows: {},
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.PROFILE],
        callbackUrls: [consoleUrl + views.signedIn],
        logoutUrls: [consoleUrl + views.signedOut],
      },
      accessTokenValidity: Duration.hours(1),
    });
    // Managed login shows pages for a client only once it has a style; this one is Cognito's own.
    new CfnManagedLoginBranding(this, "SignInStyle", {
      userPoolId: this.pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    return client;
  }

  get namedMachineClients(): ReadonlyMap<string, UserPoolClient> {
    return this.machineClients;
  }

  /** Client ids whose tokens the API takes, comma separated. */
  clients(console: UserPoolClient): string {
    return Fn.join(
      ",",
      [console, ...this.machineClients.values()].map(({ userPoolClientId }) => userPoolClientId),
    );
  }
}
