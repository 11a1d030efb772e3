import { z } from "zod";
import { ApiError } from "../step-functions/api-error.ts";
import type { Directory, MachineClient, User } from "./directory.ts";

/** What the operations work with. */
export interface UserPoolParts {
  readonly poolId: string;
  readonly directory: Directory;
  readonly now: () => number;
  /** Where somebody chooses a password by the one-time link with this token. */
  linkUrl(token: string): string;
  /** Ends every session of a person. */
  signOut(sub: string): Promise<void>;
}

const attributeSchema = z.strictObject({ Name: z.string(), Value: z.string() });
const inPool = { UserPoolId: z.string() };
const ofUser = z.strictObject({ ...inPool, Username: z.string().min(1) });
const ofClient = z.strictObject({ ...inPool, ClientId: z.string() });
const email = z.string().regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/);

type Operation = (parts: UserPoolParts, input: unknown) => Promise<object>;

/** An operation with a schema of what it takes. Fields that it does not know are refused: they might mean something. */
function operation<Input extends { UserPoolId: string }>(
  schema: z.ZodType<Input>,
  run: (parts: UserPoolParts, input: Input) => Promise<object>,
): Operation {
  return async (parts, given) => {
    const parsed = schema.safeParse(given);
    if (!parsed.success) throw new ApiError("InvalidParameterException", z.prettifyError(parsed.error));
    if (parsed.data.UserPoolId !== parts.poolId) {
      throw new ApiError("ResourceNotFoundException", `User pool ${parsed.data.UserPoolId} does not exist.`);
    }
    return await run(parts, parsed.data);
  };
}

function userOf({ directory }: UserPoolParts, { Username }: { Username: string }): User {
  const user = directory.user(Username);
  if (user === undefined) throw new ApiError("UserNotFoundException", "User does not exist.");
  return user;
}

function clientOf({ directory }: UserPoolParts, { ClientId }: { ClientId: string }): MachineClient {
  const client = directory.client(ClientId);
  if (client === undefined)
    throw new ApiError("ResourceNotFoundException", `User pool client ${ClientId} does not exist.`);
  return client;
}

function statusOf({ password }: User): string {
  return password === undefined ? "FORCE_CHANGE_PASSWORD" : "CONFIRMED";
}

function attributesOf({ sub, email: address }: User) {
  const attributes = { sub, email: address, email_verified: "true" };
  return Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
}

/** What Cognito would send by email comes with the answer, for nothing sends email here. */
async function invited(parts: UserPoolParts, user: User): Promise<object> {
  const isDone = user.password !== undefined;
  const link = isDone
    ? []
    : [{ Name: "invitation", Value: parts.linkUrl(await parts.directory.newLink(user, parts.now())) }];
  return {
    User: {
      Username: user.userName,
      Attributes: [...attributesOf(user), ...link],
      Enabled: user.enabled,
      UserStatus: statusOf(user),
    },
  };
}

/** The operations of Cognito user pools that the product asks for, with Cognito's own answers and errors. */
export const userPoolOperations: ReadonlyMap<string, Operation> = new Map([
  [
    "AdminCreateUser",
    operation(
      ofUser.extend({
        MessageAction: z.literal("RESEND").optional(),
        DesiredDeliveryMediums: z.tuple([z.literal("EMAIL")]).optional(),
        UserAttributes: z.array(attributeSchema).optional(),
      }),
      async (parts, { Username, MessageAction, UserAttributes = [] }) => {
        const { directory } = parts;
        if (MessageAction === "RESEND") {
          const user = userOf(parts, { Username });
          if (user.password === undefined) return await invited(parts, user);
          throw new ApiError("UnsupportedUserStateException", "Resend not possible. User is in CONFIRMED state.");
        }
        const address = email.safeParse(UserAttributes.find(({ Name }) => Name === "email")?.Value);
        if (!address.success) throw new ApiError("InvalidParameterException", "Invalid email address format.");
        if (directory.user(Username) !== undefined || directory.userByLogin(address.data) !== undefined) {
          throw new ApiError("UsernameExistsException", "User account already exists.");
        }
        return await invited(parts, await directory.addUser(Username, address.data));
      },
    ),
  ],
  [
    "AdminGetUser",
    operation(ofUser, async (parts, input) => {
      const user = userOf(parts, input);
      const { userName, enabled } = user;
      return { Username: userName, UserAttributes: attributesOf(user), Enabled: enabled, UserStatus: statusOf(user) };
    }),
  ],
  [
    "AdminDisableUser",
    operation(ofUser, async (parts, input) => {
      await parts.directory.enable(userOf(parts, input), false);
      return {};
    }),
  ],
  [
    "AdminEnableUser",
    operation(ofUser, async (parts, input) => {
      await parts.directory.enable(userOf(parts, input), true);
      return {};
    }),
  ],
  [
    "AdminUserGlobalSignOut",
    operation(ofUser, async (parts, input) => {
      await parts.signOut(userOf(parts, input).sub);
      return {};
    }),
  ],
  [
    "AdminDeleteUser",
    operation(ofUser, async (parts, input) => {
      const user = userOf(parts, input);
      await parts.directory.removeUser(user);
      await parts.signOut(user.sub);
      return {};
    }),
  ],
  [
    "CreateUserPoolClient",
    operation(
      z.strictObject({
        ...inPool,
        ClientName: z.string().regex(/^[\w\s+=,.@-]{1,128}$/),
        GenerateSecret: z.literal(true),
        AllowedOAuthFlowsUserPoolClient: z.literal(true),
        AllowedOAuthFlows: z.tuple([z.literal("client_credentials")]),
        AllowedOAuthScopes: z.array(z.string()).min(1),
        ExplicitAuthFlows: z.tuple([z.literal("ALLOW_REFRESH_TOKEN_AUTH")]),
        WriteAttributes: z.array(z.string()).min(1),
        EnableTokenRevocation: z.boolean(),
        PreventUserExistenceErrors: z.literal("ENABLED"),
        AccessTokenValidity: z.literal(1),
        RefreshTokenValidity: z.literal(1),
        TokenValidityUnits: z.strictObject({ AccessToken: z.literal("hours"), RefreshToken: z.literal("days") }),
      }),
      async ({ directory }, { UserPoolId, ClientName }) => {
        const { clientId, secret } = await directory.addClient(ClientName);
        return { UserPoolClient: { UserPoolId, ClientName, ClientId: clientId, ClientSecret: secret } };
      },
    ),
  ],
  [
    "DeleteUserPoolClient",
    operation(ofClient, async (parts, input) => {
      await parts.directory.removeClient(clientOf(parts, input));
      return {};
    }),
  ],
  [
    "ListUserPoolClientSecrets",
    operation(ofClient, async (parts, input) => ({
      ClientSecrets: clientOf(parts, input).secrets.map(({ id, createdAt }) => ({
        ClientSecretId: id,
        ClientSecretCreateDate: createdAt / 1000,
      })),
    })),
  ],
  [
    "AddUserPoolClientSecret",
    operation(ofClient, async (parts, input) => {
      const { clientId, secrets } = clientOf(parts, input);
      if (secrets.length >= 2) throw new ApiError("LimitExceededException", "A client has two secrets at most.");
      const secret = await parts.directory.addSecret(clientId);
      const added = parts.directory.client(clientId)?.secrets.at(-1);
      return { ClientSecretDescriptor: { ClientSecretId: added?.id, ClientSecretValue: secret } };
    }),
  ],
  [
    "DeleteUserPoolClientSecret",
    operation(ofClient.extend({ ClientSecretId: z.string() }), async (parts, input) => {
      const client = clientOf(parts, input);
      if (client.secrets.length < 2) throw new ApiError("InvalidParameterException", "A client keeps one secret.");
      await parts.directory.removeSecret(client, input.ClientSecretId);
      return {};
    }),
  ],
]);
