import { z } from "zod";

/** What every act of support takes: why it is done, and whether it is only to say what it would do. */
export const supportAct = {
  reason: z.string().optional().meta({
    description: "Why, in 1 to 500 characters; needed unless dryRun is true. The header Reason may say it instead",
  }),
  dryRun: z.boolean().optional().meta({ description: "Does nothing, and says what would be done" }),
};

export const supportActSchema = z.strictObject(supportAct).meta({ id: "NewSupportAct" });

/** What an act of support did, or would do. */
export const doneActSchema = z
  .object({
    dryRun: z.boolean(),
    library: z.string().optional().meta({ description: "Absent where it concerns no one library" }),
    subject: z.string().meta({ description: "What it is done to, such as batch-updates/01k2... or executions/..." }),
    does: z.array(z.string()).meta({ description: "What was done, or would be: a sentence each" }),
  })
  .meta({ id: "SupportAct" });
