import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Criteria } from "#domain/query/criteria";
import { piedmont } from "#infra/local/samples/libraries";
import {
  type ChangeableField,
  changeableFields,
  finishedChanges,
  newSpecDraft,
  type SpecDraft,
  specDraftOf,
  withPreset,
} from "../../console/batch-update/spec-draft.ts";
import { finishedSettings, rebased, settingsDraft } from "../../console/library/settings-draft.ts";
import { draftOf, finishedCriteria, newLeaf, newList, withField } from "../../console/query/criteria-draft.ts";

const word = fc.stringMatching(/^[A-Za-z0-9]{1,8}$/);
const leaf = fc.oneof(
  fc.record({ field: fc.constant("Patron.lastName"), operator: fc.constant("begins" as const), value: word }),
  fc.record({
    field: fc.constant("Media.serveCode"),
    operator: fc.constant("in" as const),
    value: fc.array(word, { minLength: 1, maxLength: 4 }),
  }),
  fc.integer({ min: 0, max: 999 }).map((value) => ({ field: "Media.cutoff", operator: "atLeast" as const, value })),
  fc.constant({ field: "Media.refillPoint", operator: "between" as const, value: [2, 7] }),
  fc.constant({ field: "Patron.city", operator: "isBlank" as const }),
);
const criteria: fc.Arbitrary<Criteria> = fc.letrec<{ list: Criteria }>((tie) => {
  const members = fc.array(fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie("list")), {
    minLength: 1,
    maxLength: 3,
  });
  return {
    list: fc.oneof(
      members.map((all) => ({ all })),
      members.map((any) => ({ any })),
      members.map((none) => ({ none })),
    ),
  };
}).list;

describe("the query builder", () => {
  it("gives back the criteria that it opened", () => {
    fc.assert(
      fc.property(criteria, (saved) => {
        expect(finishedCriteria(draftOf(saved))).toEqual({ criteria: saved });
      }),
    );
  });

  it("names the control in which a value is missing", () => {
    const draft = newList();
    const id = draft.members[0]?.id;
    expect(finishedCriteria(draft)).toEqual({ errors: [{ id: `${id}-value`, message: expect.any(String) }] });
  });

  it("keeps no value when another field is picked, for it would mean something else", () => {
    const named = withField({ ...newLeaf(), operator: "begins", value: "D" }, "Media.cutoff");
    expect(named).toMatchObject({ field: "Media.cutoff", operator: "equals", value: "" });
  });
});

describe("the form of a batch update", () => {
  const today = "2026-12-01";
  const withMedium = (): SpecDraft => ({ ...newSpecDraft(), medium: "DB" });
  const finish = (draft: SpecDraft) => finishedChanges(draft, piedmont, today, 100);

  it("changes nothing but what was chosen, even where a value is left behind a choice taken back", () => {
    const draft = withMedium();
    draft.choices.cutoff = { verb: "leave", value: "12" };
    expect(finish(draft)).toEqual({ changes: {} });
  });

  it("takes 0 for a value and Clear for none", () => {
    const draft = withMedium();
    draft.choices.cutoff = { verb: "set", value: "0" };
    draft.choices.refillPoint = { verb: "clear", value: "7" };
    expect(finish(draft)).toEqual({ changes: { cutoff: 0, refillPoint: null } });
  });

  it("asks for a medium, and for a value wherever Set is chosen", () => {
    const draft = newSpecDraft();
    draft.choices.serveCode = { verb: "set", value: "" };
    expect(finish(draft)).toMatchObject({ errors: [{ id: "medium" }, { id: "serveCode-value" }] });
  });

  it("refuses what is wrong for every patron before it is sent", () => {
    const draft = withMedium();
    draft.choices.cutoff = { verb: "set", value: "1000" };
    draft.choices.nextServiceDate = { verb: "set", value: "2026-11-30" };
    expect(finish(draft)).toMatchObject({ errors: [{ id: "nextServiceDate-value" }, { id: "cutoff-value" }] });
  });

  it("tells everything at once, whatever is missing, out of its form, or wrong for every patron", () => {
    const draft = newSpecDraft();
    draft.choices.nextServiceDate = { verb: "spread", value: "" };
    draft.spread = { from: "2026-11-30", perDay: "0" };
    draft.choices.serveCode = { verb: "set", value: "ZZ" };
    draft.choices.cutoff = { verb: "set", value: "1000" };
    draft.choices.refillPoint = { verb: "set", value: "9" };
    draft.choices.maxServiceQueueSize = { verb: "set", value: "8" };
    draft.choices.deliveryMethod = { verb: "set", value: "" };
    const found = finish(draft);
    expect("errors" in found && found.errors.map(({ id }) => id)).toEqual([
      "medium",
      "serveCode-value",
      "deliveryMethod-value",
      "spread-from",
      "spread-per-day",
      "cutoff-value",
      "refillPoint-value",
    ]);
  });

  it("tells of several fields together what it tells of each alone", () => {
    const texts = ["", " ", "x", "0", "1000", "-1", "1.5", "DUPLICATION", "NA", "2026-11-30", "2027-01-04"];
    const idsOf = (draft: SpecDraft) => {
      const found = finish(draft);
      return "errors" in found ? found.errors.map(({ id }) => id) : [];
    };
    const setTo = (fields: readonly [ChangeableField, string][]) => {
      const draft = withMedium();
      for (const [field, value] of fields) draft.choices[field] = { verb: "set", value };
      return draft;
    };
    const field = fc.constantFrom(...changeableFields.filter((it) => it !== "maxServiceQueueSize"));
    const some = fc.uniqueArray(fc.tuple(field, fc.constantFrom(...texts)), { selector: ([it]) => it });
    fc.assert(
      fc.property(some, (fields) => {
        expect(idsOf(setTo(fields)).toSorted()).toEqual(fields.flatMap((it) => idsOf(setTo([it]))).toSorted());
      }),
    );
  });

  it("gives back what a batch update was planned with", () => {
    const changes = {
      serveCode: "NA",
      refillPoint: null,
      nextServiceDate: { spread: { from: "2027-01-04", perDay: 2 } },
    };
    const planned = { medium: "BR", nightlyDebug: true, changes, name: "Spring move" };
    const draft = specDraftOf(planned);
    expect(finish(draft)).toEqual({ changes });
    expect(draft).toMatchObject({ medium: "BR", nightlyDebug: true, name: "Spring move" });
    expect(specDraftOf({ medium: "DB", changes: {} })).toMatchObject({ nightlyDebug: false, name: "" });
  });

  it("gives back the changes of a preset", () => {
    const changes = {
      deliveryMethod: "DUPLICATION",
      cutoff: null,
      nextServiceDate: { spread: { from: "2027-01-04", perDay: 25 } },
      addServiceQueue: true,
    } as const;
    expect(finish(withPreset(withMedium(), changes))).toEqual({ changes });
  });
});

describe("the form of the library's settings", () => {
  it("gives back the settings that it opened", () => {
    const { library: _, ...settings } = piedmont;
    expect(finishedSettings(settingsDraft(piedmont))).toEqual({ settings });
  });

  it("gives back settings that need not be there, and those of a later version as they are", () => {
    const whole = { ...piedmont, auditDays: 400, idleMinutes: 12, approval: "LARGE" as const, curfew: { from: 22 } };
    const { library: _, ...settings } = whole;
    expect(finishedSettings(settingsDraft({ ...whole, etag: '"3"' } as typeof whole))).toEqual({ settings });
    const { numbers, ...rest } = settingsDraft(whole);
    const emptied = finishedSettings({ ...rest, numbers: { ...numbers, auditDays: " ", idleMinutes: "" } });
    const { auditDays: _days, idleMinutes: _minutes, ...fewer } = settings;
    expect(emptied).toEqual({ settings: fewer });
    expect(finishedSettings({ ...rest, numbers: { ...numbers, idleMinutes: "0" } })).toMatchObject({
      errors: [{ id: "idleMinutes" }],
    });
  });

  it("keeps what the person changed on top of what somebody else saved meanwhile", () => {
    const present = { ...piedmont, closedDays: ["2031-01-01"], retentionDays: 7, defaultServiceQueueSize: 9 };
    const draft = settingsDraft({ ...piedmont, name: "Mine", retentionDays: 8, serviceDays: ["SAT"] });
    const found = rebased(draft, piedmont, present);
    const { library: _, ...settings } = present;
    expect(finishedSettings(found.draft)).toEqual({
      settings: { ...settings, name: "Mine", retentionDays: 8, serviceDays: ["SAT"] },
    });
    expect(found.theirs).toEqual(["Closed days", "Default service queue size", "Retention days"]);
    expect(found.both).toEqual(["Retention days"]);
  });

  it("names the row and the control of a code that is wrong", () => {
    const draft = settingsDraft(piedmont);
    const wrong = { ...draft, branches: [...draft.branches, { code: "N C", name: "North" }] };
    expect(finishedSettings(wrong)).toMatchObject({ errors: [{ id: `branches-${draft.branches.length}-code` }] });
  });
});
