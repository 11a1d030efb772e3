import { describe, expect, it } from "vitest";
import { z } from "zod";
import { sentence } from "#domain/sentence";

/** What is said first of a value by a schema. */
function said(schema: z.ZodType, value: unknown): string | undefined {
  return schema.safeParse(value, { error: sentence }).error?.issues[0]?.message;
}

const day = z.iso.date();

describe("what is wrong with a value is said in a sentence", () => {
  it.each<[string, z.ZodType, unknown, string]>([
    ["nothing at all", z.string(), undefined, "is missing"],
    ["nothing of a choice", z.enum(["A", "B"]), undefined, "is missing"],
    ["a number for a text", z.string(), 1, "must be a text"],
    ["a text for a number", z.number(), "1", "must be a number"],
    ["half of a number", z.int(), 1.5, "must be a whole number"],
    ["a text for a flag", z.boolean(), "yes", "must be true or false"],
    ["an object for a list", z.array(z.string()), {}, "must be a list"],
    ["an object for a pair", z.tuple([z.string()]), {}, "must be a list"],
    ["a list for an object", z.object({}), [], "must be an object"],
    ["a text for a record", z.record(z.string(), z.string()), "a", "must be an object"],
    ["a text for null", z.null(), "a", "must be null"],
    ["a text for what has no word of ours", z.date(), "a", "must be of another kind"],
    ["another value than the only one", z.literal("A"), "B", "must be A"],
    ["none of several values", z.enum(["A", "B"]), "C", "must be one of A, B"],
    ["an empty text", z.string().min(1), "", "must not be empty"],
    ["an empty list", z.array(z.string()).min(1), [], "must not be empty"],
    ["a text too short", z.string().min(2), "a", "must have at least 2 characters"],
    ["a text too long", z.string().max(2), "abc", "must have at most 2 characters"],
    ["a text longer than one", z.string().max(1), "ab", "must have at most 1 character"],
    ["a list too short", z.array(z.string()).min(2), ["a"], "must have at least 2 entries"],
    ["a list too long", z.array(z.string()).max(1), ["a", "b"], "must have at most 1 entry"],
    ["a number too small", z.number().min(1), 0, "must be at least 1"],
    ["a number too large", z.number().max(9), 10, "must be at most 9"],
    ["a number at the lower bound itself", z.number().gt(1), 1, "must be more than 1"],
    ["a number at the upper bound itself", z.number().lt(9), 9, "must be less than 9"],
    ["no multiple", z.number().multipleOf(5), 7, "must be a multiple of 5"],
    ["no day", day, "2026-02-30", "must be a day such as 2026-11-26"],
    ["no instant", z.iso.datetime(), "2026-11-26", "must be an instant such as 2026-11-26T09:00:00Z"],
    ["no URL", z.url(), "nowhere", "must be a URL"],
    ["no email address", z.email(), "nobody", "must be an email address"],
    ["another form", z.string().regex(/^a$/), "b", "does not have the right form"],
    ["none of several forms", z.union([z.string(), z.number()]), true, "has none of the forms that can be sent here"],
    [
      "what a rule of ours refuses",
      z.string().refine(() => false, "must be something else"),
      "a",
      "must be something else",
    ],
  ])("%s", (_, schema, value, words) => {
    expect(said(schema, value)).toBe(words);
  });

  it("but for what a value may say, never repeats it", () => {
    const schemas = [z.number(), z.string().max(2), z.enum(["A"]), day, z.email(), z.string().regex(/^a$/)];
    for (const schema of schemas) expect(said(schema, "a secret")).not.toContain("secret");
  });
});
