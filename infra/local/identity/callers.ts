import type { Role } from "#domain/role";
import type { Foreseen } from "./directory.ts";

/** Who the samples' people and clients are: each name once as a person and once as a machine. */
export interface SampleCaller {
  readonly name: string;
  readonly email: string;
  /** Absent for support, which serves every library. */
  readonly library?: string;
  readonly role: Role;
}

/** Secret of every sample client and password of every sample person. It guards sample data on the reader's own machine. */
export const localSecret = "local";

export const callers = [
  {
    name: "piedmont-administrator",
    email: "administrator@piedmont.example",
    library: "piedmont",
    role: "administrator",
  },
  { name: "piedmont-staff", email: "staff@piedmont.example", library: "piedmont", role: "staff" },
  {
    name: "lakeshore-administrator",
    email: "administrator@lakeshore.example",
    library: "lakeshore",
    role: "administrator",
  },
  { name: "keystone-support", email: "support@keystone.example", role: "support" },
] as const satisfies readonly SampleCaller[];

/** The ids and secrets by which everybody knows the samples: the user pool would choose others. */
export const foreseenSamples: Foreseen = {
  users: new Map(callers.map(({ name, email }) => [email, { sub: name, alias: name, password: localSecret }])),
  clients: new Map(
    callers.map((caller) => {
      const owner = "library" in caller ? caller.library : "keystone";
      return [`${owner} ${caller.name}`, { clientId: caller.name, secret: localSecret }];
    }),
  ),
};
