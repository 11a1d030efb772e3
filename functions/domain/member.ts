import { textSchema } from "./text.ts";

/** What a library may let its people and clients do. Support is Keystone's, and given out by nobody else. */
export const libraryRoles = ["administrator", "staff"] as const;
export type LibraryRole = (typeof libraryRoles)[number];

/** INVITED until somebody signs in for the first time; DISABLED people are shut out and may be let in again. */
export const personStatuses = ["INVITED", "ACTIVE", "DISABLED"] as const;
export type PersonStatus = (typeof personStatuses)[number];

/** An e-mail address by which somebody signs in. */
export const emailSchema = textSchema
  .trim()
  .max(128, "must be at most 128 characters")
  .regex(/^[^\s@,;<>"]+@[^\s@,;<>".]+(\.[^\s@,;<>".]+)+$/u, "must be an e-mail address such as ada@library.example");
