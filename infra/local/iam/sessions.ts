import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Credentials } from "../signing/credentials.ts";
import type { Tags } from "./statement.ts";

/** Whose credentials a request is signed with. */
export interface Session {
  /** ARN of the role. */
  readonly role: string;
  readonly tags: Tags;
  /** Milliseconds; a function's own credentials last as long as it does. */
  readonly expiresAt?: number | undefined;
}

export interface SessionCredentials extends Credentials {
  readonly sessionToken: string;
}

export interface Sessions {
  issue(session: Session): SessionCredentials;
  /** Undefined for a token that was not issued here, or whose time is over. */
  open(sessionToken: string): (SessionCredentials & { readonly session: Session }) | undefined;
}

const schema = z.object({
  role: z.string(),
  tags: z.record(z.string(), z.string()),
  expiresAt: z.number().optional(),
});

/**
 * Sessions of roles, told by their tokens alone: what one is stands in its token, sealed with the folder's secret. So they,
 * and links signed with them, are good after a restart, and nothing is kept.
 */
export function createSessions({ secretAccessKey }: Credentials, now: () => number = Date.now): Sessions {
  const seal = (what: string, text: string) =>
    createHmac("sha256", secretAccessKey).update(`${what} ${text}`).digest("base64url");
  const credentialsOf = (content: string): SessionCredentials => ({
    accessKeyId: `ASIA${createHmac("sha256", secretAccessKey).update(`id ${content}`).digest("hex").slice(0, 16).toUpperCase()}`,
    secretAccessKey: seal("secret", content),
    sessionToken: `${content}.${seal("token", content)}`,
  });
  // Each request brings its token, and there are few.
  const opened = new Map<string, SessionCredentials & { readonly session: Session }>();
  return {
    issue: (session) => credentialsOf(Buffer.from(JSON.stringify(session)).toString("base64url")),
    open(sessionToken) {
      const found = opened.get(sessionToken) ?? read(sessionToken, credentialsOf);
      if (found === undefined) return undefined;
      const { expiresAt } = found.session;
      if (expiresAt !== undefined && now() >= expiresAt) {
        opened.delete(sessionToken);
        return undefined;
      }
      if (opened.size >= mostOpened) opened.clear();
      opened.set(sessionToken, found);
      return found;
    },
  };
}

const mostOpened = 1000;

function read(sessionToken: string, credentialsOf: (content: string) => SessionCredentials) {
  const [content = ""] = sessionToken.split(".");
  const credentials = credentialsOf(content);
  const given = Buffer.from(sessionToken);
  const right = Buffer.from(credentials.sessionToken);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  return { ...credentials, session: schema.parse(JSON.parse(Buffer.from(content, "base64url").toString())) };
}
