import { join } from "node:path";
import type { Cloud } from "./cloud.ts";
import type { Access } from "./iam/access.ts";
import { Directory, type Foreseen } from "./identity/directory.ts";
import { askTrigger } from "./identity/token-claims.ts";
import { startUserPool } from "./identity/user-pool-server.ts";
import { createIdentity } from "./identity.ts";
import type { Invoke } from "./lambda/invocation.ts";
import { consoleClient, userPool } from "./wiring.ts";

/** The user pool of this machine, for the samples: they are made by the API, with ids that everybody knows. */
export interface LocalUserPool {
  readonly poolId: string;
  readonly endpoint: string;
  foresee(foreseen: Foreseen): void;
  /** Has the trigger asked for somebody who has a password, as at a first sign-in. */
  noteSignIn(email: string): Promise<void>;
}

interface Options {
  readonly cloud: Cloud;
  /** Where the product is reached. */
  readonly url: string;
  /** Addresses of the template as they are here. */
  local(address: string): string;
  readonly dataDir: string;
  readonly access: Access;
  readonly invoke: Invoke;
  /** Milliseconds. */
  now(): number;
  say(sentence: string): void;
}

/**
 * Starts who people and systems are: the user pool as functions ask it, and the issuer by which people sign in.
 *
 * @param closing takes what ends it
 */
export async function startSignIn(
  { cloud, url, local, dataDir, access, invoke, now, say }: Options,
  closing: (() => Promise<void>)[],
) {
  const { poolId, triggerArn } = userPool(cloud);
  const { clientId, returns } = consoleClient(cloud, local);
  const claims = askTrigger(poolId, async (event) => await invoke(triggerArn, event));
  const directory = join(dataDir, "identity");
  const issuer = `${url}/oidc`;
  const people = await Directory.open(directory);
  const identity = await createIdentity({ issuer, directory, people, claims, returns, now, say });
  const linkUrl = (token: string) => `${issuer}/invitation/${token}`;
  const pool = await startUserPool({ poolId, directory: people, now, linkUrl, signOut: identity.signOut }, access);
  closing.push(() => pool.close());
  const forSamples: LocalUserPool = {
    poolId,
    endpoint: pool.endpoint,
    foresee: (foreseen) => people.foresee(foreseen),
    async noteSignIn(email) {
      const user = people.userByLogin(email);
      if (user !== undefined) await claims({ user, clientId });
    },
  };
  return { issuer, clientId, handler: identity.handler, userPool: forSamples };
}
