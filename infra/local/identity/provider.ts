import Provider, { type AdapterFactory, interactionPolicy, type KoaContextWithOIDC } from "oidc-provider";
import type { Directory } from "./directory.ts";
import type { IssuerKeys } from "./keys.ts";
import { messagePage, signOutPage } from "./pages.ts";
import type { TokenClaims } from "./token-claims.ts";

/** Addresses that people may be sent to, each to the letter. The template's client of the console names them. */
export interface Returns {
  readonly signedIn: readonly string[];
  readonly signedOut: readonly string[];
}

const HOUR = 3600;
const DAY = 24 * HOUR;
/** What access tokens are for. A token for a resource is a JWT; one for none would be a mere handle. */
const RESOURCE = "urn:batch-updates:api";

/** The console is the product's own, so people are not asked whether it may act for them. */
function policyWithoutConsent() {
  const policy = interactionPolicy.base();
  policy.remove("consent");
  return policy;
}

async function grantOf(ctx: KoaContextWithOIDC) {
  const { client, session, provider } = ctx.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const known = session.grantIdFor(client.clientId);
  const found = known === undefined ? undefined : await provider.Grant.find(known);
  if (found !== undefined) return found;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope("openid profile");
  await grant.save();
  return grant;
}

/** Finds the clients of libraries' systems in the directory; all else is the issuer's own memory. */
function withClients(adapter: AdapterFactory, directory: Directory): AdapterFactory {
  return (model) => {
    const own = adapter(model);
    if (model !== "Client") return own;
    return {
      ...own,
      find: async (id) =>
        directory.client(id) && {
          client_id: id,
          // Never compared: the directory knows the secrets, as hashes.
          client_secret: "kept elsewhere",
          grant_types: ["client_credentials"],
          redirect_uris: [],
          response_types: [],
        },
    };
  };
}

/** The local issuer: how people and clients get tokens. Its sign-in page is served beside it. */
export function createProvider(
  issuer: string,
  keys: IssuerKeys,
  adapter: AdapterFactory,
  returns: Returns,
  { directory, claims }: { readonly directory: Directory; readonly claims: TokenClaims },
): Provider {
  const { origin, pathname: base, port } = new URL(issuer);
  const provider = new Provider(issuer, {
    adapter: withClients(adapter, directory),
    jwks: { keys: [keys.signing] },
    cookies: {
      keys: keys.cookies,
      // Cookies of one host are shared by all its ports, and several products may run on one machine.
      names: { session: `session-${port}`, interaction: `sign-in-${port}`, resume: `sign-in-resume-${port}` },
    },
    clients: [
      {
        client_id: "console",
        token_endpoint_auth_method: "none" as const,
        grant_types: ["authorization_code"],
        response_types: ["code" as const],
        redirect_uris: [...returns.signedIn],
        post_logout_redirect_uris: [...returns.signedOut],
      },
    ],
    clientBasedCORS: (_ctx, from) => from === origin,
    claims: { openid: ["sub"] },
    findAccount: (_ctx, id) =>
      directory.userBySub(id)?.enabled ? { accountId: id, claims: () => ({ sub: id }) } : undefined,
    extraTokenClaims: async (_ctx, token) => {
      const clientId = token.clientId ?? "";
      if (token.kind !== "AccessToken") return await claims({ clientId });
      const user = directory.userBySub(token.accountId);
      return user && (await claims({ user, clientId }));
    },
    loadExistingGrant: grantOf,
    interactions: {
      policy: policyWithoutConsent(),
      url: (_ctx, { uid }) => `${base}/sign-in/${uid}`,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          audience: "batch-updates",
          scope: "",
          accessTokenFormat: "jwt",
          accessTokenTTL: HOUR,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = signOutPage(base, form);
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = messagePage(base, "You are signed out", "You can close this page.", origin);
        },
      },
    },
    ttl: {
      AccessToken: HOUR,
      AuthorizationCode: 60,
      ClientCredentials: HOUR,
      Grant: 14 * DAY,
      IdToken: HOUR,
      Interaction: HOUR,
      Session: 14 * DAY,
    },
    renderError: (ctx, out) => {
      ctx.type = "html";
      ctx.body = messagePage(base, "Sign-in did not work", out.error_description ?? out.error, origin);
    },
  });
  provider.Client.prototype.compareClientSecret = function (this: { readonly clientId: string }, secret: string) {
    return directory.isSecretOf(this.clientId, secret);
  };
  return provider;
}
