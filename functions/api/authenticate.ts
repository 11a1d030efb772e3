import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { z } from "zod";
import { type Role, roles } from "#domain/role";
import type { MemberKind } from "#records/store/keys";
import { Problem } from "./problem.ts";

const claimsSchema = z.object({
  sub: z.string().min(1),
  client_id: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  // Any text: whether there is such a library is judged by the table, and answered as such.
  library: z.string().optional(),
  // Whoever is not let in gets tokens without: who that is, and why not, is looked up.
  roles: z.array(z.enum(roles)).default([]),
});

export interface TokenRules {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** What a token for this service names as its audience, where it names one: Cognito's may name none. */
  readonly audience: string;
  /** Ids of the clients through which people sign in. A library's own system comes with its own id, and is looked up. */
  readonly clients: readonly string[];
}

/** What a verified token says. Of library and role it says how they were when it was issued. */
export interface TokenBearer {
  readonly kind: MemberKind;
  readonly sub: string;
  readonly library: string | undefined;
  readonly roles: readonly Role[];
}

/** Reads a bearer token: issuer, signature, kind, audience, client and expiry are checked here, not before. */
export function createAuthenticator({
  issuer,
  jwksUrl,
  audience,
  clients,
}: TokenRules): (header: string | undefined) => Promise<TokenBearer> {
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
    if (!parsed.success) throw unauthenticated("The token does not say who is calling.");
    const { sub, client_id: client, aud, library } = parsed.data;
    // Of a token by client credentials the subject is the client itself.
    const kind = sub === client ? "client" : "person";
    const isForUs = aud === undefined || [aud].flat().includes(audience);
    if (!isForUs || (kind === "person" && !clients.includes(client))) {
      throw unauthenticated("The token was issued for another service.");
    }
    return { kind, sub, library, roles: parsed.data.roles };
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
      throw new Problem("UNAVAILABLE", "The token issuer is not responding. Try again.");
    if (error instanceof errors.JOSEError) throw unauthenticated("The token is not valid.");
    throw error;
  }
}

function unauthenticated(detail: string): Problem {
  return new Problem("UNAUTHENTICATED", detail);
}
