import { describe, expect, it } from "vitest";
import { z } from "zod";
import { operations } from "#contract/contract";
import { checkAnswer, strictly } from "#test/answers";
import { openApi } from "../../functions/api/openapi.ts";
import { routes } from "../../functions/api/routes.ts";

describe("the contract", () => {
  it("is what the API implements, each operation once", () => {
    const named = (them: readonly { method: string; path: string }[]) =>
      them.map(({ method, path }) => `${method} ${path}`).sort();
    expect(named(routes)).toEqual(named(operations.filter(({ access }) => access === "token")));
    expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length);
  });

  it.each(operations.map((it) => [it.name, it] as const))("shows an example of %s that is right", (name, it) => {
    const [success] = Object.values(it.answers);
    if (success === undefined) throw new Error(`${name} never succeeds`);
    strictly(success, it.example.answer, `The answer of ${name}`);
    if (it.example.body !== undefined) expect(it.body?.safeParse(it.example.body)).toMatchObject({ success: true });
  });
});

const described = openApi({
  origin: "https://updates.example.org",
  tokenUrl: "https://updates.example.org/oidc/token",
});

describe("the description", () => {
  it("names the header Reason for exactly those acts that support may do", () => {
    const { paths } = z
      .object({
        paths: z.record(
          z.string(),
          z.record(z.string(), z.object({ operationId: z.string(), parameters: z.array(z.looseObject({})) })),
        ),
      })
      .parse(described);
    const withReason = Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .filter(({ parameters }) => parameters.some((it) => it["$ref"] === "#/components/parameters/Reason"))
      .map(({ operationId }) => operationId);
    const acts = operations.filter(({ method, roles }) => method !== "GET" && roles.includes("support"));
    expect(withReason.sort()).toEqual(acts.map(({ name }) => name).sort());
    expect(withReason).toContain("retryBatchUpdate");
  });

  it("says the ranges of the table of fields, and never that of all integers", () => {
    const { components } = z
      .object({ components: z.object({ schemas: z.record(z.string(), z.looseObject({})) }) })
      .parse(described);
    expect(components.schemas["Changes"]).toMatchObject({
      properties: { cutoff: { anyOf: [{ type: "integer", minimum: 0, maximum: 999 }, { type: "null" }] } },
    });
    expect(JSON.stringify(components)).not.toContain(String(Number.MAX_SAFE_INTEGER));
  });
});

describe("an answer that is held against the contract", () => {
  const me = { library: "piedmont", roles: ["staff"], name: "piedmont-staff" };
  const received = { method: "GET", path: "/v1/me", status: 200, contentType: "application/json", body: me };
  const problem = {
    type: "https://updates.example.org/docs/problems/NOT_FOUND",
    title: "Not found",
    status: 404,
    detail: "There is no such thing in this library.",
    instance: "/v1/presets/1",
    code: "NOT_FOUND",
    requestId: "1",
  };
  const refused = {
    method: "GET",
    path: "/v1/presets/1",
    status: 404,
    contentType: "application/problem+json",
    body: problem,
  };

  it("passes where it is as declared", () => {
    expect(() => checkAnswer(received)).not.toThrow();
    expect(() => checkAnswer(refused)).not.toThrow();
  });

  it.each([
    ["has a field that is not declared", { ...received, body: { ...me, age: 1 } }, ".age is not declared"],
    ["lacks a field", { ...received, body: { library: "piedmont", roles: ["staff"] } }, "not as declared"],
    ["has another status", { ...received, status: 201 }, "this answer is not declared"],
    ["is of no route", { ...received, path: "/v1/nothing" }, "this answer is not declared"],
    ["has a field deep inside", { ...refused, body: { ...problem, errors: [{ path: "", message: "", at: 1 }] } }, "at"],
    ["is a problem of another status", { ...refused, status: 409 }, "not the code"],
    ["is a problem its route does not give", { ...refused, path: "/v1/me" }, "not declared for this route"],
  ])("fails where it %s", (_, answer, message) => {
    expect(() => checkAnswer(answer)).toThrow(message);
  });
});
