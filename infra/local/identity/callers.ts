/**
 * Who can sign in on one machine: each name once as a machine (client credentials) and once as a person. In the cloud
 * Cognito holds these; the claims are the same.
 */
export interface LocalCaller {
  readonly name: string;
  /** Absent for support, which serves every library. */
  readonly library?: string;
  readonly roles: readonly string[];
}

/** Secret of every machine and password of every person. It guards sample data on the reader's own machine. */
export const localSecret = "local";

export const callers: readonly LocalCaller[] = [
  { name: "piedmont-administrator", library: "piedmont", roles: ["administrator"] },
  { name: "piedmont-staff", library: "piedmont", roles: ["staff"] },
  { name: "lakeshore-administrator", library: "lakeshore", roles: ["administrator"] },
  { name: "keystone-support", roles: ["support"] },
];

export function findCaller(name: string | undefined): LocalCaller | undefined {
  return callers.find((caller) => caller.name === name);
}

/** What a token says of its caller. */
export function claimsOf({ name, library, roles }: LocalCaller): Record<string, unknown> {
  return { name, roles, ...(library === undefined ? {} : { library }) };
}
