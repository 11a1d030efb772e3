import { callers, foreseenSamples } from "#infra/local/identity/callers";
import { Directory } from "#infra/local/identity/directory";
import type { Bearer } from "#infra/local/identity/token-claims";

/** The samples' people and clients in a folder, made where they lack. */
export async function sampleDirectory(folder: string): Promise<Directory> {
  const people = await Directory.open(folder);
  people.foresee(foreseenSamples);
  for (const { name, email } of callers) if (people.userByLogin(name) === undefined) await people.addUser(name, email);
  for (const name of foreseenSamples.clients.keys()) await people.addClient(name);
  return people;
}

/** What the trigger of tokens says of them. */
export async function sampleClaims(bearer: Bearer): Promise<Record<string, unknown>> {
  const id = "user" in bearer ? bearer.user.sub : bearer.clientId;
  const caller = callers.find(({ name }) => name === id);
  if (caller === undefined) return {};
  return { name: id, roles: [caller.role], ...("library" in caller && { library: caller.library }) };
}
