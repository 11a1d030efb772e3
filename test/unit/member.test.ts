import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  admit,
  emailSchema,
  isActiveAdministrator,
  libraryRoles,
  memberStatuses,
  needsAnotherAdministrator,
  sameEmail,
  statusAfter,
} from "#domain/member";
import { roles } from "#domain/role";
import { libraryId } from "#test/ids";

const statuses = fc.constantFrom(...memberStatuses);
const libraries = fc.option(fc.constantFrom(libraryId("piedmont"), libraryId("lakeshore")), { nil: undefined });
const memberships = fc.record({ library: libraries, role: fc.constantFrom(...roles), status: statuses });
const tenants = fc.option(fc.record({ suspended: fc.boolean() }), { nil: undefined });

describe("who is let in", () => {
  test("is of one library that is there and not suspended, or support of none; nobody else", () => {
    fc.assert(
      fc.property(memberships, tenants, (member, tenant) => {
        const isIn = member.status === "ACTIVE" || member.status === "INVITED";
        const isSupport = member.role === "support" && member.library === undefined;
        const isOfLibrary = member.role !== "support" && member.library !== undefined && tenant?.suspended === false;
        const admission = admit(member, tenant);
        expect(admission.outcome === "ADMITTED").toBe(isIn && (isSupport || isOfLibrary));
        if (admission.outcome !== "ADMITTED") return;
        expect(admission).toEqual({ outcome: "ADMITTED", library: member.library, role: member.role });
      }),
    );
  });

  test("is told why not", () => {
    const member = { library: libraryId("piedmont"), role: "staff", status: "ACTIVE" } as const;
    expect(admit(undefined, { suspended: false }).outcome).toBe("UNKNOWN");
    expect(admit({ ...member, role: "support" }, { suspended: false }).outcome).toBe("UNKNOWN");
    expect(admit({ ...member, library: undefined }, { suspended: false }).outcome).toBe("UNKNOWN");
    expect(admit({ ...member, status: "LEAVING" }, { suspended: false }).outcome).toBe("UNKNOWN");
    expect(admit({ ...member, status: "DISABLED" }, { suspended: true }).outcome).toBe("DISABLED");
    expect(admit(member, undefined).outcome).toBe("NO_LIBRARY");
    expect(admit(member, { suspended: true }).outcome).toBe("SUSPENDED");
  });
});

/** One act on one of a library's people, by somebody of a role. */
const acts = fc.record({
  who: fc.nat(5),
  by: fc.constantFrom("administrator" as const, "administrator" as const, "support" as const),
  to: fc.option(fc.record({ role: fc.constantFrom(...libraryRoles), status: statuses }), { nil: undefined }),
});
const people = fc.array(fc.record({ role: fc.constantFrom(...libraryRoles), status: statuses }), {
  minLength: 6,
  maxLength: 6,
});

test("a library that has an active administrator keeps one, whatever administrators do; support may take the last", () => {
  fc.assert(
    fc.property(people, fc.array(acts, { maxLength: 30 }), (first, list) => {
      const now: ((typeof first)[number] | undefined)[] = [...first];
      for (const { who, by, to } of list) {
        const before = now[who];
        if (before === undefined) continue;
        const count = () => now.filter((one) => one !== undefined && isActiveAdministrator(one)).length;
        const had = count();
        const others = had - (isActiveAdministrator(before) ? 1 : 0);
        if (needsAnotherAdministrator(before, to, by) && others === 0) continue;
        now[who] = to;
        if (by !== "support" && had > 0) expect(count()).toBeGreaterThan(0);
      }
    }),
  );
});

test("an administrator who is not the last one's keeper is never held up", () => {
  const active = { role: "administrator", status: "ACTIVE" } as const;
  expect(needsAnotherAdministrator(active, undefined, "administrator")).toBe(true);
  expect(needsAnotherAdministrator(active, undefined, "support")).toBe(false);
  expect(needsAnotherAdministrator(active, active, "administrator")).toBe(false);
  expect(needsAnotherAdministrator(active, { ...active, role: "staff" }, "administrator")).toBe(true);
  expect(needsAnotherAdministrator({ ...active, role: "staff" }, undefined, "administrator")).toBe(false);
  for (const status of ["INVITED", "DISABLED"] as const) {
    expect(needsAnotherAdministrator({ ...active, status }, undefined, "administrator")).toBe(false);
  }
});

test("whoever is let in again and never signed in is invited still", () => {
  expect(statusAfter("ACTIVE", false)).toBe("INVITED");
  expect(statusAfter("ACTIVE", true)).toBe("ACTIVE");
  expect(statusAfter("DISABLED", true)).toBe("DISABLED");
});

describe("an e-mail address", () => {
  test.each(["ada@library.example", " Ada.Quill+1@x.example ", "a@b.c"])("is one: %j", (email) => {
    expect(emailSchema.safeParse(email).success).toBe(true);
  });

  test.each([
    "",
    "ada",
    "ada@library",
    "@x.example",
    "a b@x.example",
    "a@x..example",
    "a@x.example\0",
    `${"a".repeat(128)}@x.y`,
  ])("is none: %j", (email) => expect(emailSchema.safeParse(email).success).toBe(false));

  test("is the same in every way of writing it", () => {
    expect(sameEmail(" Ada@X.example")).toBe("ada@x.example");
    expect(sameEmail("ada@x.EXAMPLE ")).toBe("ada@x.example");
  });
});
