import { z } from "zod";

const valueSchema = z.union([z.string(), z.number(), z.boolean()]);

/** One thing that an act changed. Where it is about a patron, only the field is named. */
export const auditChangeSchema = z.object({
  field: z.string(),
  before: valueSchema.optional(),
  after: valueSchema.optional(),
});
export type AuditChange = z.infer<typeof auditChangeSchema>;

/** Who acted: the sub is who it is, the name is how people know them. */
export const auditActorSchema = z.object({ sub: z.string(), name: z.string() });
export type AuditActor = z.infer<typeof auditActorSchema>;

/** Who acts where nobody asked for it: a review that nobody goes on with, a run that goes wrong. */
export const theSystem: AuditActor & { readonly role: "system" } = { sub: "system", name: "system", role: "system" };

/** Days for which entries are kept where the library has said nothing else: seven years. */
export const defaultAuditDays = 2555;

/** The instant after which an entry may be deleted, in seconds as the table's time to live takes it. */
export function auditEnds(at: string, auditDays: number = defaultAuditDays): number {
  return Math.floor(Date.parse(at) / 1000) + auditDays * 24 * 3600;
}

/** Refusals of one caller on one route count as one entry within this many milliseconds. */
const refusalsTogether = 60_000;

/** The beginning of the minute in which a refusal is told, with the others of its caller and route. */
export function refusalMinute(at: Date): Date {
  return new Date(Math.floor(at.getTime() / refusalsTogether) * refusalsTogether);
}
