import {
  AddUserPoolClientSecretCommand,
  AdminCreateUserCommand,
  type AdminCreateUserCommandInput,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolClientSecretCommand,
  InvalidParameterException,
  ListUserPoolClientSecretsCommand,
  ResourceNotFoundException,
  UnsupportedUserStateException,
  UserNotFoundException,
  UsernameExistsException,
} from "@aws-sdk/client-cognito-identity-provider";

/** Somebody who can sign in from now on, by the invitation that was sent. */
export interface Invited {
  readonly sub: string;
  /** A link that can be given to the person, where the pool does not send it by e-mail itself. */
  readonly invitation: string | undefined;
}

export interface Secret {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * The user pool: it knows passwords, secrets and sessions, and nothing of libraries and roles. Whatever it is told twice,
 * it does once, so that what broke off can be asked for again.
 */
export interface UserPool {
  /**
   * Makes somebody who signs in with an e-mail address, and invites them. TAKEN where the pool knows it by another name,
   * REFUSED where it does not take it for an address.
   */
  invite(userName: string, email: string): Promise<Invited | "TAKEN" | "REFUSED">;
  /** SIGNED_IN where the person has used the invitation. */
  inviteAgain(userName: string): Promise<Invited | "SIGNED_IN">;
  shutOut(userName: string): Promise<void>;
  letIn(userName: string): Promise<void>;
  remove(userName: string): Promise<void>;
  addClient(name: string): Promise<Secret>;
  /** Gives a client another secret, and takes those that it had. Undefined where there is no such client. */
  rotate(clientId: string): Promise<string | undefined>;
  removeClient(clientId: string): Promise<void>;
}

export interface UserPoolOptions {
  readonly poolId: string;
  /** The scope that machine clients may ask for: Cognito gives them no token without one. It says nothing of rights. */
  readonly clientScope: string;
}

export function createUserPool(
  cognito: CognitoIdentityProviderClient,
  { poolId: UserPoolId, clientScope }: UserPoolOptions,
): UserPool {
  const inviteBy = async (Username: string, input: Partial<AdminCreateUserCommandInput>): Promise<Invited> => {
    const command = { UserPoolId, Username, DesiredDeliveryMediums: ["EMAIL" as const], ...input };
    const { User } = await cognito.send(new AdminCreateUserCommand(command));
    return { sub: required(User?.Attributes, "sub"), invitation: attributeOf(User?.Attributes, "invitation") };
  };
  const again = (userName: string) => inviteBy(userName, { MessageAction: "RESEND" });
  const listSecrets = async (ClientId: string): Promise<string[]> => {
    const answer = await cognito.send(new ListUserPoolClientSecretsCommand({ UserPoolId, ClientId }));
    const secrets = answer.ClientSecrets ?? [];
    const byAge = secrets.toSorted((a, b) => Number(a.ClientSecretCreateDate) - Number(b.ClientSecretCreateDate));
    return byAge.flatMap(({ ClientSecretId }) => ClientSecretId ?? []);
  };
  const forget = (ClientId: string, ClientSecretId: string) =>
    cognito.send(new DeleteUserPoolClientSecretCommand({ UserPoolId, ClientId, ClientSecretId }));
  return {
    async invite(userName, email) {
      const UserAttributes = [
        { Name: "email", Value: email },
        { Name: "email_verified", Value: "true" },
      ];
      try {
        return await inviteBy(userName, { UserAttributes });
      } catch (error) {
        if (error instanceof InvalidParameterException) return "REFUSED";
        if (!(error instanceof UsernameExistsException)) throw error;
        // The name is there from a try that broke off, or the address is with another name.
        const isThere = await unless(UserNotFoundException, () =>
          cognito.send(new AdminGetUserCommand({ UserPoolId, Username: userName })),
        );
        return isThere === undefined ? "TAKEN" : await again(userName);
      }
    },
    async inviteAgain(userName) {
      return (await unless(UnsupportedUserStateException, () => again(userName))) ?? "SIGNED_IN";
    },
    async shutOut(Username) {
      await cognito.send(new AdminDisableUserCommand({ UserPoolId, Username }));
      await cognito.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username }));
    },
    async letIn(Username) {
      await cognito.send(new AdminEnableUserCommand({ UserPoolId, Username }));
    },
    async remove(Username) {
      await unless(UserNotFoundException, async () => {
        await cognito.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username }));
        await cognito.send(new AdminDeleteUserCommand({ UserPoolId, Username }));
      });
    },
    async addClient(name) {
      const { UserPoolClient } = await cognito.send(
        new CreateUserPoolClientCommand({
          UserPoolId,
          ClientName: name.replaceAll(/[^\w\s+=,.@-]/g, "-").slice(0, 128),
          GenerateSecret: true,
          AllowedOAuthFlowsUserPoolClient: true,
          AllowedOAuthFlows: ["client_credentials"],
          AllowedOAuthScopes: [clientScope],
          // Said, or Cognito would let people sign in through it by password protocols.
          ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
          // An empty list means every attribute.
          WriteAttributes: ["locale"],
          EnableTokenRevocation: true,
          PreventUserExistenceErrors: "ENABLED",
          AccessTokenValidity: 1,
          RefreshTokenValidity: 1,
          TokenValidityUnits: { AccessToken: "hours", RefreshToken: "days" },
        }),
      );
      const { ClientId, ClientSecret } = UserPoolClient ?? {};
      if (ClientId === undefined || ClientSecret === undefined)
        throw new Error("The user pool made a client without a secret");
      return { clientId: ClientId, clientSecret: ClientSecret };
    },
    async rotate(ClientId) {
      return await unless(ResourceNotFoundException, async () => {
        const [first, ...more] = await listSecrets(ClientId);
        // A client has two at most. What a try that broke off has added, nobody was told.
        for (const id of more) await forget(ClientId, id);
        const added = await cognito.send(new AddUserPoolClientSecretCommand({ UserPoolId, ClientId }));
        const secret = added.ClientSecretDescriptor?.ClientSecretValue;
        if (secret === undefined) throw new Error("The user pool did not tell a client's new secret");
        if (first !== undefined) await forget(ClientId, first);
        return secret;
      });
    },
    async removeClient(ClientId) {
      await unless(ResourceNotFoundException, () =>
        cognito.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId })),
      );
    },
  };
}

/** Undefined where what was asked for fails in the one way that is expected. */
async function unless<Answer>(
  expected: abstract new (...args: never[]) => Error,
  ask: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof expected) return undefined;
    throw error;
  }
}

function attributeOf(attributes: readonly AttributeType[] | undefined, name: string): string | undefined {
  return attributes?.find(({ Name }) => Name === name)?.Value;
}

function required(attributes: readonly AttributeType[] | undefined, name: string): string {
  const value = attributeOf(attributes, name);
  if (value === undefined) throw new Error(`The user pool did not tell a user's ${name}`);
  return value;
}
