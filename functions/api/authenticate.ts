import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { z } from "zod";
import { roles } from "#domain/role";
import { Problem } from "./problem.ts";
import type { Caller } from "./route.ts";

const claimsSchema = z.object({
  sub: z.string().min(1),
  client_id: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  name: z.string().optional(),
  library: z.string().optional(),
  roles: z.array(z.enum(roles)).min(1),
});

export interface TokenRules {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** What a token for this service names as its audience, where it names one: Cognito's may name none. */
  readonly audience: string;
  /** Ids of the clients to which a token may have been given out. */
  readonly clients: readonly string[];
}

/** Reads the caller from a bearer token: issuer, signature, kind, audience, client and expiry are checked here, not before. */
export function createAuthenticator({
  issuer,
  jwksUrl,
  audience,
  clients,
}: TokenRules): (header: string | undefined) => Promise<Caller> {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: 1000, cacheMaxAge: 600_000 });
  return async (header) => {
    const token = /^Bearer ([^\s]+)$/i.exec(header ?? "")?.[1];
    if (token === undefined) throw unauthenticated("Send a bearer token in the Authorization header.");
    const { payload, protectedHeader } = await verified(() =>
      jwtVerify(token, keys, { issuer, algorithms: ["RS256", "ES256"], requiredClaims: ["exp"] }),
    );
    if (!isAccessToken(protectedHeader.typ, payload["token_use"])) {
      throw unauthenticated("Send the access token; an ID token only says who signed in.");
    }
    const parsed = claimsSchema.safeParse(payload);
    if (!parsed.success)
      throw unauthenticated("The token does not say who calls, or carries no roles for this service.");
    const { sub, client_id: client, aud, library } = parsed.data;
    if (!clients.includes(client) || (aud !== undefined && ![aud].flat().includes(audience))) {
      throw unauthenticated("The token was given out for another service.");
    }
    const name = parsed.data.name ?? sub;
    // Support serves every library. A library or another role beside it would let one token write in all of them.
    if (parsed.data.roles.includes("support")) return { sub, name, library: undefined, roles: ["support"] };
    if (library === undefined) throw unauthenticated("The token names no library.");
    return { sub, name, library, roles: parsed.data.roles };
  };
}

/** Cognito says in a claim what a token is for; other issuers in the header (RFC 9068). An ID token says neither. */
function isAccessToken(typ: string | undefined, use: unknown): boolean {
  return use === undefined ? /^(application\/)?at\+jwt$/i.test(typ ?? "") : use === "access";
}

async function verified<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw unauthenticated("The token has expired. Sign in again.");
    if (error instanceof errors.JWKSTimeout)
      throw new Problem("UNAVAILABLE", "The issuer of tokens does not answer. Try again.");
    if (error instanceof errors.JOSEError) throw unauthenticated("The token is not valid.");
    throw error;
  }
}

function unauthenticated(detail: string): Problem {
  return new Problem("UNAUTHENTICATED", detail);
}
