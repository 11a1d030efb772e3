import { z } from "zod";
import { changesSchema } from "#domain/plan/update-spec";
import { keptByName, shelfOf } from "#records/library/kept-by-name";

const presetSchema = z.object({ presetId: z.string(), ...keptByName, changes: changesSchema });

/** Changes kept under a name, to begin batch updates from, such as the move to duplication circulation. */
export type Preset = z.infer<typeof presetSchema>;

export const presetShelf = shelfOf<Preset>({
  partition: "PRESETS",
  schema: presetSchema,
  idOf: ({ presetId }) => presetId,
});
