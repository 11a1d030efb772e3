import fc from "fast-check";
import { expect, test } from "vitest";
import { workflowNames } from "#domain/workflow";
import type { OpenWork } from "#records/store/open-work";
import { libraryId } from "#test/ids";
import { inTurn } from "#workflows/line";

const work = fc.record({
  library: fc.constant(libraryId("piedmont")),
  id: fc.uuid(),
  workflow: fc.constantFrom(...workflowNames),
  attempt: fc.integer({ min: 1, max: 4 }),
  openedAt: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((day) => day.toISOString()),
});
const works = fc.uniqueArray(work, { selector: ({ id }) => id, maxLength: 60 });

test("of each workflow that reads at most four have their turn, and all that writes", () => {
  fc.assert(
    fc.property(works, (open) => {
      const turn = inTurn(open);
      for (const workflow of workflowNames) {
        const all = open.filter((one) => one.workflow === workflow).length;
        const most = workflow === "apply" || workflow === "import" ? all : Math.min(all, 4);
        expect(turn.filter((one) => one.workflow === workflow)).toHaveLength(most);
      }
    }),
  );
});

test("who was asked for before another has its turn no later, however the items lie in the table", () => {
  const before = (a: OpenWork, b: OpenWork) => a.openedAt < b.openedAt || (a.openedAt === b.openedAt && a.id < b.id);
  fc.assert(
    fc.property(works, fc.integer(), (open, seed) => {
      const turn = new Set(inTurn(open).map(({ id }) => id));
      const shuffled = open.toSorted((a, b) =>
        (Number(`0x${a.id.slice(0, 6)}`) ^ seed) > (Number(`0x${b.id.slice(0, 6)}`) ^ seed) ? 1 : -1,
      );
      expect(new Set(inTurn(shuffled).map(({ id }) => id))).toEqual(turn);
      for (const waiting of open.filter(({ id }) => !turn.has(id))) {
        const ahead = open.filter((one) => one.workflow === waiting.workflow && before(one, waiting));
        expect(ahead.length).toBeGreaterThanOrEqual(4);
      }
    }),
  );
});

test("an erasure that waits for other jobs takes nobody's place", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(work, { selector: ({ id }) => id, maxLength: 20 }),
      fc.array(fc.boolean()),
      (all, flags) => {
        const open = all.map((one, n): OpenWork => ({ ...one, workflow: "erase", ...(flags[n] && { waits: true }) }));
        const isWaiting = ({ waits }: OpenWork) => waits === true;
        const turn = inTurn(open);
        expect(turn.filter(isWaiting)).toHaveLength(open.filter(isWaiting).length);
        expect(turn.filter((one) => !isWaiting(one))).toEqual(inTurn(open.filter((one) => !isWaiting(one))));
      },
    ),
  );
});

test("when one of those at work ends, the first in line has its turn", () => {
  fc.assert(
    fc.property(works, (open) => {
      const sets = open.filter(({ workflow }) => workflow === "build-query-set");
      const [ended] = inTurn(sets);
      if (ended === undefined) return;
      const left = sets.filter((one) => one !== ended);
      expect(inTurn(left)).toHaveLength(Math.min(left.length, 4));
    }),
  );
});
