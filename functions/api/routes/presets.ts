import { presets } from "#contract/presets";
import { presetShelf } from "#records/batch-updates/presets";
import { keptByNameHandlers } from "../kept-by-name.ts";
import { type CallOf, implement, type Route } from "../route.ts";

const handlers = keptByNameHandlers({
  shelf: presetShelf,
  word: "preset",
  action: "PRESET",
  folder: "presets",
  id: "presetId",
  make: (presetId, { changes }: CallOf<typeof presets.create>["body"], kept) => ({ presetId, ...kept, changes }),
  answerOf: ({ revision, createdBySub, ...shown }) => ({ ...shown, version: revision }),
  told: ({ name, changes }) => ({ name, changes }),
});

export const presetRoutes: readonly Route[] = [
  implement(presets.list, handlers.list),
  implement(presets.create, handlers.create),
  implement(presets.get, handlers.get),
  implement(presets.replace, handlers.replace),
  implement(presets.delete, handlers.remove),
];
