import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { standingOf } from "#domain/batch-update/schedule";
import { memberStatuses } from "#domain/member";
import { roles } from "#domain/role";
import { libraryId } from "#test/ids";

const piedmont = libraryId("piedmont");
const lakeshore = libraryId("lakeshore");
const scheduled = { library: "piedmont", by: "ada", role: "administrator", needsAnother: false } as const;
const administrator = { library: piedmont, role: "administrator", status: "ACTIVE" } as const;
const support = { role: "support", status: "ACTIVE" } as const;
const open = { suspended: false };
const noMore = {
  revoked:
    "ada, who scheduled it, is no longer an administrator. Nothing was changed. Process it, or schedule it again.",
};
const noMoreSupport = {
  revoked: "ada, who scheduled it, is no longer of support. Nothing was changed. Process it, or schedule it again.",
};

const memberships = fc.option(
  fc.record({
    library: fc.constantFrom(undefined, piedmont, lakeshore),
    role: fc.constantFrom(...roles),
    status: fc.constantFrom(...memberStatuses),
  }),
  { nil: undefined },
);

describe("a batch update that is scheduled", () => {
  test("begins where its scheduler still is what they were, whether or not they have signed in", () => {
    expect(standingOf(scheduled, administrator, open)).toBe("MAY_BEGIN");
    expect(standingOf(scheduled, { ...administrator, status: "INVITED" }, open)).toBe("MAY_BEGIN");
  });

  test("goes back where its scheduler is gone, shut out, something else, or of another library", () => {
    expect(standingOf(scheduled, undefined, open)).toEqual(noMore);
    for (const status of ["DISABLED", "LEAVING"] as const) {
      expect(standingOf(scheduled, { ...administrator, status }, open)).toEqual(noMore);
    }
    expect(standingOf(scheduled, { ...administrator, role: "staff" }, open)).toEqual(noMore);
    expect(standingOf(scheduled, { ...administrator, library: lakeshore }, open)).toEqual(noMore);
    expect(standingOf(scheduled, support, open)).toEqual(noMore);
  });

  test("goes back where the library demands by now that somebody else than its creator processes it", () => {
    const own = { ...scheduled, needsAnother: true };
    expect(standingOf(own, administrator, open)).toEqual({
      revoked:
        "ada, who scheduled it, also made it, and the library demands by now that someone else processes it. Nothing was changed. Hand it over to another administrator.",
    });
    expect(standingOf(own, undefined, open)).toEqual(noMore);
    expect(standingOf(own, administrator, { suspended: true })).toBe("WAITS");
  });

  test("begins for support in whatever library, and goes back where they are of it no longer", () => {
    const bySupport = { ...scheduled, role: "support" } as const;
    expect(standingOf(bySupport, support, open)).toBe("MAY_BEGIN");
    expect(standingOf(bySupport, { ...support, status: "DISABLED" }, open)).toEqual(noMoreSupport);
    expect(standingOf(bySupport, administrator, open)).toEqual(noMoreSupport);
    expect(standingOf(bySupport, undefined, open)).toEqual(noMoreSupport);
  });

  test("waits while its library is suspended or away, whoever scheduled it", () => {
    fc.assert(
      fc.property(memberships, fc.constantFrom(...roles), (membership, role) => {
        expect(standingOf({ ...scheduled, role }, membership, { suspended: true })).toBe("WAITS");
        expect(standingOf({ ...scheduled, role }, membership, undefined)).toBe("WAITS");
      }),
    );
  });

  test("never begins for a scheduler who could not sign in with that role today", () => {
    fc.assert(
      fc.property(memberships, fc.constantFrom(...roles), (membership, role) => {
        if (standingOf({ ...scheduled, role }, membership, open) !== "MAY_BEGIN") return;
        expect(membership).toMatchObject({ role, library: role === "support" ? undefined : piedmont });
        expect(["ACTIVE", "INVITED"]).toContain(membership?.status);
      }),
    );
  });
});
