import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Cloud, openCloud } from "#infra/local/cloud";
import { isLike, type Statement } from "#infra/local/iam/statement";
import { synthesise } from "#infra/local/synthesise";
import { readTemplate } from "#infra/local/template";
import { type Job, jobs } from "#test/job";
import { type RunningProduct, startProduct, until } from "#test/product";
import {
  type Asked,
  askedSchema,
  type FunctionRole,
  inWords,
  isAllowed,
  isUsed,
  rightsOneByOne,
  rolesOfFunctions,
} from "../infra/rights/policies.ts";
import { followsFromOthers, rarelyAsked } from "../infra/rights/rarely-asked.ts";
import { wholeJob } from "../infra/rights/whole-job.ts";

let folder: string;
let product: RunningProduct;
let job: Job;
let roles: FunctionRole[];
let cloud: Cloud;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rights-"));
  const template = await readTemplate(await synthesise());
  cloud = openCloud(template, { origin: "http://localhost:4000", queueUrl: (name) => name });
  roles = rolesOfFunctions(template, cloud);
  product = await startProduct({
    // So many that a run has a chunk beside the first, which goes alone.
    samplePatrons: 600,
    environment: {
      FAULTS_MODULE: join(import.meta.dirname, "..", "faults", "rights-recorder.ts"),
      FAULTS_RECORD: join(folder, "asked.jsonl"),
    },
  });
  job = jobs(product);
});
afterAll(async () => {
  await product?.remove();
  await rm(folder, { recursive: true, force: true });
});

async function recorded(): Promise<Asked[]> {
  const lines = (await readFile(join(folder, "asked.jsonl"), "utf8")).split("\n").filter(Boolean);
  return lines.map((line) => askedSchema.parse(JSON.parse(line)));
}

/** What the API signs, S3 allows to whoever holds the link: as the API's role could do it by itself. */
function signedBy(role: string, calls: readonly Parameters<typeof fetch>[]): Asked[] {
  return calls.flatMap(([target, { method = "GET" } = {}]) => {
    const url = new URL(String(target));
    if (!url.searchParams.has("X-Amz-Signature")) return [];
    const action = method === "PUT" ? "s3:PutObject" : "s3:GetObject";
    return { role, tags: {}, action, resource: `arn:aws:s3:::${decodeURIComponent(url.pathname.slice(1))}` };
  });
}

function named(name: string): FunctionRole {
  const found = roles.find((role) => role.name === name);
  if (found === undefined) throw new Error(`There is no role ${name}`);
  return found;
}

/** What is open stands in one partition for all libraries, where IAM tells none from another. */
const isOfLibrary = ({ leadingKeys = ["none"] }: Asked) => leadingKeys.some((key) => key !== "OPEN");
const isRequest = ({ action }: Asked) => action !== "audit put";
const nameOf = (arn: string, of: readonly FunctionRole[]) => of.find((role) => role.arn === arn)?.name ?? arn;

/** In words: what was asked for and is not allowed. */
function lack(asked: readonly Asked[], of: readonly FunctionRole[]): string[] {
  const rights = new Map(of.map((role) => [role.arn, role.rights]));
  const judged = new Map<string, string>();
  for (const need of asked.filter(isRequest)) {
    const { role, tags, action, resource, leadingKeys, prefix } = need;
    const words = [nameOf(role, of), action, resource, leadingKeys?.[0] ?? prefix].join(" ");
    if (judged.has(words) && leadingKeys === undefined) continue;
    if (!isAllowed(need, rights.get(role) ?? [], tags)) judged.set(words, "refused");
    else if (!judged.has(words)) judged.set(words, "allowed");
  }
  return [...judged].flatMap(([words, verdict]) => (verdict === "refused" ? [words] : [])).sort();
}

/** In words: what is allowed, was not asked for and has no reason. */
function surplus(asked: readonly Asked[], of: readonly FunctionRole[]): string[] {
  const byRole = Map.groupBy(asked, ({ role }) => role);
  return of.flatMap(({ name, arn, rights }) => {
    const needs = byRole.get(arn) ?? [];
    const all = rightsOneByOne(rights);
    const others = all.map(({ right }) => right);
    const found = all
      .filter(({ right }) => !isRare(name, inWords(right)) && !followsFromOthers(right, others))
      .filter(({ statement }) => !isUsed(statement, needs))
      .map(({ right }) => `${name} ${inWords(right)}`);
    return [...new Set(found)].sort();
  });
}

const rare = rarelyAsked.flatMap((it) => it.rights);

/** Whether a line of the list is about a right of a role: it names the function, whose role for its work goes by it too. */
function isAbout(line: string, role: string, right: string): boolean {
  const [name = "", ...pattern] = line.split(" ");
  return isLike(name, role.replace(/Work$/, "")) && isLike(pattern.join(" "), right);
}

function isRare(role: string, right: string): boolean {
  return rare.some((line) => isAbout(line, role, right));
}

describe("least privilege", () => {
  let asked: Asked[];
  beforeAll(async () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    await wholeJob(product, job);
    const signed = signedBy(named("ApiRequests").arn, fetched.mock.calls);
    fetched.mockRestore();
    // A job ends before its scratch is deleted.
    asked = await until(
      async () => [...(await recorded()), ...signed],
      (all) => surplus(all, roles).length === 0,
      60_000,
    ).catch(async () => [...(await recorded()), ...signed]);
  });

  test("the whole job asks for nothing that the role does not allow whose credentials it is asked with", () => {
    expect(lack(asked, roles)).toEqual([]);
  });

  test("a role allows nothing that was not asked for with its credentials, but for what stands in the list", () => {
    expect(surplus(asked, roles)).toEqual([]);
  });

  test("nothing stands in the list that no role allows", () => {
    const granted = roles.flatMap(({ name, rights }) => rightsOneByOne(rights).map((it) => [name, inWords(it.right)]));
    const idle = rare.filter((line) => !granted.some(([name = "", right = ""]) => isAbout(line, name, right)));
    expect(idle).toEqual([]);
  });

  test("one kind more is told as a surplus, and one right less as a lack", () => {
    const chunk = named("PlanChunkWork");
    const others = roles.filter((role) => role !== chunk);
    const keys = { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["LIB#*#AUDIT*"] } };
    const more: Statement = { Action: ["dynamodb:GetItem"], Effect: "Allow", Resource: ["*"], Condition: keys };
    const withMore = [...others, { ...chunk, rights: [...chunk.rights, more] }];
    expect(surplus(asked, withMore)).toEqual(["PlanChunkWork dynamodb:GetItem LIB#*#AUDIT*"]);
    const less = chunk.rights.filter(({ Action }) => !Action.includes("dynamodb:BatchGetItem"));
    expect(lack(asked, [...others, { ...chunk, rights: less }]).join()).toContain(
      "PlanChunkWork dynamodb:BatchGetItem",
    );
  });

  test("every role was at work", () => {
    const atWork = new Set(asked.map(({ role }) => role));
    // A library that leaves is deleted a week later, by a session that nothing else asks for: test/system/leaving.test.ts.
    expect(roles.filter(({ arn }) => !atWork.has(arn)).map(({ name }) => name)).toEqual(["ExpiryExpireWork"]);
  });

  test.each([
    ["a plan that would write a record of a patron", "PlanChunkWork", "dynamodb:UpdateItem", "LIB#piedmont#SHARD#03"],
    ["a query that would read an audit trail", "BuildQuerySetChunkWork", "dynamodb:Query", "LIB#piedmont#AUDIT"],
    ["a fill that would take a lock", "BatchManagerFillWork", "dynamodb:PutItem", "LIB#piedmont#LOCKS"],
    ["a chunk that would close its job", "ApplyChunkWork", "dynamodb:DeleteItem", "OPEN"],
    ["closing that would write a record of a patron", "ApplyJobWork", "dynamodb:UpdateItem", "LIB#piedmont#SHARD#03"],
  ])("%s is refused", (_, name, action, key) => {
    const need = { action, resource: tableArn(), leadingKeys: [key] };
    expect(isAllowed(need, named(name).rights, { library: "piedmont" })).toBe(false);
  });

  test("what works for one library reaches records by credentials of that library alone, and no function's own role does", () => {
    const workers = roles.filter(({ name }) => name.endsWith("Work"));
    expect(workers.map(({ name }) => name).sort()).toEqual(
      ["ApplyChunk", "ApplyJob", "BatchManagerFill", "BuildQuerySetChunk", "BuildQuerySetJob"]
        .concat(["EraseChunk", "EraseJob", "ExpiryExpire", "ExportChunk", "ExportJob"])
        .concat(["ImportChunk", "ImportJob", "PlanChunk", "PlanJob"])
        .map((name) => `${name}Work`),
    );
    for (const { name } of workers) {
      // It looks in every library for what is over, and deletes a whole one by the session alone.
      if (name === "ExpiryExpireWork") continue;
      const own = named(name.replace(/Work$/, "")).arn;
      const reached = asked.filter(({ role, action }) => role === own && /^(dynamodb|s3):/.test(action));
      expect([name, reached]).toEqual([name, []]);
    }
    const inWork = asked.filter(({ role }) => workers.some(({ arn }) => arn === role));
    expect(new Set(inWork.map(({ tags }) => Object.keys(tags).join()))).toEqual(new Set(["library"]));
  });

  test("the same requests with the credentials of another library are refused, all but those on what is open", () => {
    for (const { name, arn, rights } of roles) {
      if (!name.endsWith("Work")) continue;
      const mine = asked.filter(({ role }) => role === arn).filter(isRequest);
      const allowed = mine.filter((need) => isAllowed(need, rights, { library: "another" }));
      expect([name, allowed.filter(isOfLibrary)]).toEqual([name, []]);
      // Nor without a library.
      expect(mine.filter((need) => isOfLibrary(need) && isAllowed(need, rights))).toEqual([]);
    }
  });

  test("no role may change or delete what stands in the audit, whatever else it is given", () => {
    const everything: Statement = { Action: ["*"], Effect: "Allow", Resource: ["*"] };
    for (const { name, rights } of roles) {
      for (const action of ["UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLUpdate", "PartiQLDelete"]) {
        for (const key of ["LIB#piedmont#AUDIT", "LIB#piedmont#AUDIT#REFUSED", "KEYSTONE#AUDIT"]) {
          const need = { action: `dynamodb:${action}`, resource: tableArn(), leadingKeys: ["LIB#piedmont#LOCKS", key] };
          expect([name, action, key, isAllowed(need, [...rights, everything], { library: "piedmont" })]).toEqual([
            name,
            action,
            key,
            false,
          ]);
        }
      }
    }
  });

  test("nothing is put into the audit but where there is nothing yet; a count of refusals only onto the one that was read", () => {
    const puts = asked.filter(({ action }) => action === "audit put");
    const conditions = Map.groupBy(puts, ({ resource }) => (resource.endsWith("#REFUSED") ? "counts" : "entries"));
    expect(new Set(conditions.get("entries")?.map(({ condition }) => condition))).toEqual(
      new Set(["attribute_not_exists(pk)"]),
    );
    expect(puts.length).toBeGreaterThan(50);
    const counted = conditions.get("counts")?.map(({ condition }) => String(condition)) ?? [];
    expect(counted.filter((condition) => !/^(attribute_not_exists\(pk\)|times = :times)$/.test(condition))).toEqual([]);
  });
});

function tableArn(): string {
  return cloud.arn(cloud.ofType("AWS::DynamoDB::Table")[0]?.logicalId ?? "");
}
