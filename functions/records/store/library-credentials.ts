import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { LibraryId } from "#domain/ids";
import { answeredWithin } from "#platform/answer-limit";
import { Cache } from "#platform/cache";
import { logged } from "#platform/cause";
import { logger } from "#platform/logger";

/** Temporary credentials, as STS gives them and the SDK takes them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Seconds for which credentials are good. A role that is assumed by one that is assumed itself lasts no longer. */
const lasts = 3600;
/** Milliseconds before their end at which others are asked for: earlier than the SDK's clients ask, at five minutes. */
const renewedBefore = 10 * 60_000;
/** Milliseconds before their end until which credentials are used while others are on their way. */
const goodUntil = 60_000;
/** Libraries that one instance of a function keeps credentials, clients and stores for. */
export const mostLibraries = 50;

interface Kept {
  readonly credentials: Credentials;
  readonly expiresAt: number;
}

/**
 * Credentials that reach one library: kept for each, asked for once for all who ask meanwhile, and others asked for some
 * minutes before their end. Where none are to be had the old ones are used as long as they are good.
 *
 * @param assume gets new ones
 * @param now milliseconds of the clock that credentials end by
 */
export function libraryCredentials(
  assume: (library: LibraryId) => Promise<Credentials>,
  now: () => number = Date.now,
): (library: LibraryId) => Promise<Credentials> {
  const kept = new Cache<Kept>(mostLibraries);
  const asked = new Map<LibraryId, Promise<Credentials>>();

  const renew = async (library: LibraryId): Promise<Credentials> => {
    try {
      const credentials = await assume(library);
      kept.set(library, { credentials, expiresAt: credentials.expiration?.getTime() ?? now() + lasts * 1000 });
      return credentials;
    } catch (error) {
      const old = kept.get(library);
      if (old === undefined || now() >= old.expiresAt) throw error;
      logger.warn("Credentials of a library could not be renewed; the old ones are good yet", logged(error));
      return old.credentials;
    } finally {
      asked.delete(library);
    }
  };

  return async (library) => {
    const known = kept.get(library);
    if (known !== undefined && now() < known.expiresAt - renewedBefore) return known.credentials;
    const asking = asked.get(library) ?? renew(library);
    asked.set(library, asking);
    if (known === undefined || now() >= known.expiresAt - goodUntil) return await asking;
    // Nobody waits for STS while those there are good: a write that waited would leave later than it was allowed to.
    asking.catch(() => {}); // told by `renew`
    return known.credentials;
  };
}

/**
 * Credentials of a role whose policies reach as far as the session's tag `library` says. Audit trails of AWS tell the
 * session by its name.
 */
export function assumeRoleFor(roleArn: string): (library: LibraryId) => Promise<Credentials> {
  const requestHandler = answeredWithin(1000, 3000);
  return async (library) => {
    const assume = fromTemporaryCredentials({
      params: {
        RoleArn: roleArn,
        RoleSessionName: `library-${library}`,
        DurationSeconds: lasts,
        Tags: [{ Key: "library", Value: library }],
      },
      clientConfig: { maxAttempts: 4, requestHandler },
    });
    return await assume();
  };
}
