import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Cloud, openCloud } from "#infra/local/cloud";
import { synthesise } from "#infra/local/synthesise";
import { readTemplate } from "#infra/local/template";
import { type Job, jobs } from "#test/job";
import { type RunningProduct, startProduct, until } from "#test/product";
import {
  isAllowed,
  isUsedBy,
  matches,
  type Need,
  needSchema,
  rightsOfFunctions,
  rightsOneByOne,
  type Statement,
} from "../infra/rights/policies.ts";
import { followsFromOthers, rarelyAsked } from "../infra/rights/rarely-asked.ts";
import { wholeJob } from "../infra/rights/whole-job.ts";

let folder: string;
let product: RunningProduct;
let job: Job;
let rights: Map<string, Statement[]>;
let cloud: Cloud;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rights-"));
  const template = await readTemplate(await synthesise());
  cloud = openCloud(template, { origin: "http://localhost:4000", queueUrl: (name) => name });
  rights = rightsOfFunctions(template, cloud);
  product = await startProduct({
    // So many that a run has a chunk beside the first, which goes alone.
    samplePatrons: 600,
    environment: {
      FAULTS_MODULE: join(import.meta.dirname, "..", "faults", "rights-recorder.ts"),
      FAULTS_RECORD: join(folder, "needs.jsonl"),
    },
  });
  job = jobs(product);
});
afterAll(async () => {
  await product?.remove();
  await rm(folder, { recursive: true, force: true });
});

async function needs(): Promise<Need[]> {
  const lines = (await readFile(join(folder, "needs.jsonl"), "utf8")).split("\n").filter(Boolean);
  return lines.map((line) => needSchema.parse(JSON.parse(line)));
}

/** What the API signs, S3 allows to whoever holds the link: as the API's role could do it by itself. */
function signedBy(functionName: string, calls: readonly Parameters<typeof fetch>[]): Need[] {
  return calls.flatMap(([target, { method = "GET" } = {}]) => {
    const url = new URL(String(target));
    if (!url.searchParams.has("X-Amz-Signature")) return [];
    const action = method === "PUT" ? "s3:PutObject" : "s3:GetObject";
    return { functionName, action, resource: `arn:aws:s3:::${decodeURIComponent(url.pathname.slice(1))}` };
  });
}

function named(beginning: string): string {
  const found = [...rights.keys()].find((name) => name.startsWith(beginning));
  if (found === undefined) throw new Error(`There is no function ${beginning}`);
  return found;
}

/** In words: what was asked for and is not allowed. */
function lack(asked: readonly Need[], of: ReadonlyMap<string, readonly Statement[]>): string[] {
  const refused = asked.filter((need) => !isAllowed(need, of.get(need.functionName) ?? []));
  const shown = refused.map(({ functionName, action, resource, leadingKeys, prefix }) =>
    [functionName, action, resource, leadingKeys?.[0] ?? prefix].join(" "),
  );
  return [...new Set(shown)].sort();
}

/** In words: what is allowed, was not asked for and has no reason. */
function surplus(asked: readonly Need[], of: ReadonlyMap<string, readonly Statement[]>): string[] {
  const found = [...of].flatMap(([functionName, statements]) => {
    const needs = asked.filter((need) => need.functionName === functionName);
    const all = rightsOneByOne(statements);
    const others = all.map(({ right }) => right);
    return all
      .filter(({ statement }) => !needs.some((need) => isUsedBy(statement, need)))
      .filter(({ right }) => !followsFromOthers(right, others))
      .map(({ right: { action, resource, kind } }) => `${functionName} ${action} ${kind ?? resource}`);
  });
  const isRare = (right: string) => rarePatterns().some((pattern) => matches(pattern, right));
  return [...new Set(found)].filter((right) => !isRare(right)).sort();
}

function rarePatterns(): string[] {
  return rarelyAsked.flatMap((rare) =>
    rare.rights.map((text) => {
      const [beginning = "", ...rest] = text.split(" ");
      return [beginning === "*" ? "*" : named(beginning), ...rest].join(" ");
    }),
  );
}

describe("least privilege", () => {
  let asked: Need[];
  beforeAll(async () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    await wholeJob(product, job);
    const signed = signedBy(named("ApiRequests"), fetched.mock.calls);
    fetched.mockRestore();
    // A job ends before its scratch is deleted.
    asked = await until(
      async () => [...(await needs()), ...signed],
      (all) => surplus(all, rights).length === 0,
      60_000,
    ).catch(async () => [...(await needs()), ...signed]);
  });

  test("the whole job asks for nothing that a function's role does not allow", () => {
    expect(lack(asked, rights)).toEqual([]);
  });

  test("a role allows nothing that its function did not ask for, but for what stands in the list", () => {
    expect(surplus(asked, rights)).toEqual([]);
  });

  test("nothing stands in the list that no role allows", () => {
    const granted = [...rights].flatMap(([functionName, statements]) =>
      rightsOneByOne(statements).map(({ right: { action, resource, kind } }) =>
        [functionName, action, kind ?? resource].join(" "),
      ),
    );
    expect(rarePatterns().filter((pattern) => !granted.some((right) => matches(pattern, right)))).toEqual([]);
  });

  test("one kind more is told as a surplus, and one right less as a lack", () => {
    const name = named("PlanChunk");
    const own = rights.get(name) ?? [];
    const keys = { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["LIB#*#AUDIT*"] } };
    const more: Statement = { Action: ["dynamodb:GetItem"], Effect: "Allow", Resource: ["*"], Condition: keys };
    const withMore = new Map([...rights, [name, [...own, more]]]);
    expect(surplus(asked, withMore)).toEqual([`${name} dynamodb:GetItem LIB#*#AUDIT*`]);
    const withLess = new Map([
      ...rights,
      [name, own.filter(({ Action }) => !Action.includes("dynamodb:BatchGetItem"))],
    ]);
    expect(lack(asked, withLess).join()).toContain(`${name} dynamodb:BatchGetItem`);
  });

  test("every function was at work", () => {
    const names = cloud.ofType("AWS::Lambda::Function");
    const atWork = new Set(asked.map(({ functionName }) => functionName));
    expect(names.map(({ logicalId }) => cloud.name(logicalId)).filter((name) => !atWork.has(name))).toEqual([]);
  });

  test.each([
    ["a plan that would write a record of a patron", /^PlanChunk/, "dynamodb:UpdateItem", "LIB#piedmont#SHARD#03"],
    ["a query that would read an audit trail", /^BuildQuerySetChunk/, "dynamodb:Query", "LIB#piedmont#AUDIT"],
    ["a fill that would take a lock", /^BatchManagerFill/, "dynamodb:PutItem", "LIB#piedmont#LOCKS"],
  ])("%s is refused", (_, name, action, key) => {
    const [functionName = "", statements = []] = [...rights].find(([candidate]) => name.test(candidate)) ?? [];
    const table = cloud.arn(cloud.ofType("AWS::DynamoDB::Table")[0]?.logicalId ?? "");
    expect(statements.length).toBeGreaterThan(0);
    expect(isAllowed({ functionName, action, resource: table, leadingKeys: [key] }, statements)).toBe(false);
  });
});
