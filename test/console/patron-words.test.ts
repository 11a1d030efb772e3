import { describe, expect, it } from "vitest";
import { piedmont } from "#infra/local/samples/libraries";
import { editDraft, editedFields, finishedEdit, rebasedEdit } from "../../console/patron/edit-draft.ts";
import { changeInWords, didInWords } from "../../console/patron/history-in-words.ts";
import { nothingFits } from "../../console/patron/nothing-fits.ts";

const record = { version: 3, status: "ACTIVE", serveCode: "NA", cutoff: 5, nightlyDebug: false, refillPoint: 8 };
const day = "2026-09-01";
const finished = (changes: object, of = record) =>
  finishedEdit({ ...editDraft(of), ...changes }, "DB", of, piedmont, day);

describe("an edit of one record", () => {
  it("says only what was changed: an empty field is cleared, spaces around a value do not count", () => {
    expect(finished({})).toEqual({ edit: {} });
    expect(finished({ cutoff: " 12 ", refillPoint: "", nightlyDebug: "YES", nextServiceDate: day })).toEqual({
      edit: { cutoff: 12, refillPoint: null, nightlyDebug: true, nextServiceDate: day },
    });
    expect(editedFields({ ...editDraft(record), cutoff: "5 " }, record)).toEqual([]);
  });

  it("is held to the rules of single edits, and tells of each field what is wrong", () => {
    const found = finished({
      cutoff: "1000",
      refillPoint: "x",
      nextServiceDate: "2026-08-31",
      status: "",
      serveCode: "ZZ",
    });
    expect(found).toEqual({
      errors: [
        { id: "edit-status", message: "Status cannot be without a value." },
        { id: "edit-serveCode", message: "Serve Code ZZ is not in the library's table." },
        { id: "edit-nextServiceDate", message: "Next Service Date Aug 31, 2026 is before today, Sep 1, 2026." },
        { id: "edit-cutoff", message: "Cutoff must be from 0 to 999." },
        { id: "edit-refillPoint", message: "Refill Point must be a whole number." },
      ],
    });
    expect(finished({ maxServiceQueueSize: "4" })).toEqual({
      errors: [{ id: "edit-refillPoint", message: "Refill Point 8 would be above Max Service Queue Size 4." }],
    });
    // Together with what is wrong elsewhere, but not where one of the two is wrong by itself.
    const ids = (changes: object) => {
      const found = finished(changes);
      return "errors" in found && found.errors.map(({ id }) => id);
    };
    expect(ids({ maxServiceQueueSize: "4", cutoff: "1000" })).toEqual(["edit-cutoff", "edit-refillPoint"]);
    expect(ids({ maxServiceQueueSize: "x", refillPoint: "99" })).toEqual(["edit-maxServiceQueueSize"]);
    expect(finished({ maxServiceQueueSize: "4", refillPoint: "4" })).toEqual({
      edit: { maxServiceQueueSize: 4, refillPoint: 4 },
    });
  });

  it("stays on top of what somebody else changed meanwhile", () => {
    const draft = { ...editDraft(record), cutoff: "12", refillPoint: "6" };
    const present = { ...record, version: 4, cutoff: 9, serveCode: "WA", refillPoint: 6 };
    expect(rebasedEdit(draft, record, present)).toMatchObject({
      draft: { cutoff: "12", serveCode: "WA", refillPoint: "6", status: "ACTIVE" },
      theirs: ["serveCode", "cutoff", "refillPoint"],
      both: ["cutoff"],
    });
  });
});

describe("a search that brought nobody", () => {
  it("says why, and what would", () => {
    expect(nothingFits("P0000").why[0]).toContain("No patron has this ID. Enter the whole ID");
    expect(nothingFits("P0000").instead).toEqual([]);
    expect(nothingFits("Smith, Jo")).toMatchObject({ instead: ["Smith", "Jo"] });
    expect(nothingFits("Smith, Jo").why[0]).toContain("comma");
    expect(nothingFits("Jo Smith")).toMatchObject({ instead: ["Jo", "Smith"] });
    expect(nothingFits("Jonson")).toMatchObject({ instead: ["Jon"] });
    expect(nothingFits("Jo").instead).toEqual([]);
    expect(nothingFits("Smith P12").instead).toEqual(["Smith"]);
  });
});

describe("the history of a patron", () => {
  it("is told in sentences", () => {
    const did = { name: "Spring move", medium: "DB" };
    const { before, name, after } = didInWords({ ...did, kind: "UPDATE", outcome: "UPDATED" });
    expect(`${before} ${name} ${after}`).toBe("The batch update Spring move changed the record in DB.");
    expect(didInWords({ kind: "UNDO", medium: "DB", outcome: "REMOVED" })).toEqual({
      before: "The undo",
      name: "of DB",
      after: "removed the record in DB.",
    });
    expect(changeInWords({ field: "cutoff", before: 5, after: 12 })).toBe("Cutoff was 5 and became 12.");
    expect(changeInWords({ field: "cutoff", before: 5 })).toBe("Cutoff was 5 and was cleared.");
    expect(changeInWords({ field: "deliveryMethod", after: "PHYSICAL" })).toBe(
      "Delivery Method was empty and became Physical.",
    );
    expect(changeInWords({ field: "serveCode", before: "NA", after: "GONE" }, piedmont)).toBe(
      "Serve Code was NA – Nightly, autoselect and became GONE.",
    );
    expect(changeInWords({ field: "serviceQueue", before: 2, after: "FILL" })).toBe(
      "The service queue was filled. 2 titles waited before.",
    );
  });
});
