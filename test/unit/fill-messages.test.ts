import fc from "fast-check";
import { expect, test } from "vitest";
import { type FillRequest, fillMessagesOf, patronsInMessage, readFillMessage } from "#batch-manager/messages";
import { batchUpdateId, libraryId, patronId } from "#test/ids";

const request: fc.Arbitrary<FillRequest> = fc.record({
  library: fc.constantFrom(libraryId("piedmont"), libraryId("lakeshore")),
  batchUpdateId: fc.constantFrom(batchUpdateId("first"), batchUpdateId("second")),
  medium: fc.constantFrom("DB", "BR"),
  group: fc.constantFrom("000000-000", "000000-001"),
  patronId: fc.stringMatching(/^P[0-9]{1,4}$/).map(patronId),
});

test("messages ask for exactly what was requested, at most 25 patrons each and all of one group", () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 120 }), (requests) => {
      const messages = fillMessagesOf(requests);
      for (const { patronIds } of messages) expect(patronIds.length).toBeLessThanOrEqual(patronsInMessage);
      const asked = messages.flatMap((message) => readFillMessage(JSON.stringify(message)) ?? []);
      const sorted = (all: readonly FillRequest[]) =>
        all.map((it) => [it.library, it.batchUpdateId, it.medium, it.group, it.patronId].join(" ")).sort();
      expect(sorted(asked)).toEqual(sorted(requests));
      const groups = new Set(requests.map((it) => [it.library, it.batchUpdateId, it.medium, it.group].join(" ")));
      expect(messages.length).toBeLessThan(groups.size + requests.length / patronsInMessage + 1);
    }),
  );
});

test("what is none of ours is read as nothing", () => {
  const good = { library: "piedmont", batch: "b", medium: "DB", group: "g", patronIds: ["P1"] };
  expect(readFillMessage(JSON.stringify(good))).toHaveLength(1);
  const oneTooMany = Array.from({ length: patronsInMessage + 1 }, (_, i) => `P${i}`);
  for (const change of [{ patronIds: [] }, { patronIds: oneTooMany }, { patronIds: ["a b"] }, { library: "" }]) {
    expect(readFillMessage(JSON.stringify({ ...good, ...change }))).toBeUndefined();
  }
  for (const text of ["", "not JSON", "null", "[]"]) expect(readFillMessage(text)).toBeUndefined();
});
