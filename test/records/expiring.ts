import { libraryId } from "#test/ids";
import { createHandler } from "../../functions/expire/handler.ts";
import type { Bed } from "./troubled-bed.ts";

/** No library leaves: what would delete one is not asked. */
const never = async () => {
  throw new Error("No library leaves");
};

/** What deletes goes over all libraries, as the schedule has it do. */
export async function expire({ stores }: Bed, at: Date): Promise<void> {
  const nobodyLeaves = {
    fencedStores: { of: () => stores.of(libraryId("none")) },
    pool: {
      invite: never,
      inviteAgain: never,
      shutOut: never,
      letIn: never,
      remove: never,
      addClient: never,
      rotate: never,
      removeClient: never,
    },
    workflows: { look: never },
  };
  await createHandler({ stores, ...nobodyLeaves, now: () => at })({});
}
