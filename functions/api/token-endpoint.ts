import { z } from "zod";
import { logged } from "#platform/cause";
import { logger } from "#platform/logger";
import { Problem } from "./problem.ts";

const discoverySchema = z.object({ token_endpoint: z.url() });
const longestWait = 5_000;

/** Where machine clients get their tokens, as the issuer itself says; asked for once. */
export function createTokenEndpoint(issuer: string): () => Promise<string> {
  let known: string | undefined;
  return async () => {
    known ??= await discovered(issuer);
    return known;
  };
}

async function discovered(issuer: string): Promise<string> {
  try {
    const response = await fetch(`${issuer}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(longestWait),
    });
    return discoverySchema.parse(await response.json()).token_endpoint;
  } catch (error) {
    logger.warn("The issuer does not say where it gives out tokens", { issuer, ...logged(error) });
    throw new Problem("UNAVAILABLE", "The token issuer is not responding. Try again.");
  }
}
