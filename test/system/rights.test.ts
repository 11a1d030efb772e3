import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, openCloud } from "#infra/local/cloud";
import { synthesise } from "#infra/local/synthesise";
import { readTemplate } from "#infra/local/template";
import { type Job, jobs } from "#test/job";
import { type RunningProduct, startProduct, until } from "#test/product";
import { isAllowed, type Need, needSchema, rightsOfFunctions, type Statement } from "../infra/rights/policies.ts";

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
    samplePatrons: 60,
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

/** The whole job once, with everything around it that people may ask for. */
async function wholeJob(): Promise<void> {
  const { querySetId } = await job.querySet({
    criteria: { all: [{ field: "Media.serviceQueueSize", operator: "atLeast", value: 0 }] },
    patronIds: ["nobody"],
  });
  for (const part of ["", "/patrons", "/summary", "/not-found"]) await job.get(`/v1/query-sets/${querySetId}${part}`);
  const everyone = await job.querySet({ criteria: { all: [{ field: "Patron.patronId", operator: "isNotBlank" }] } });
  const planned = await job.plan(everyone.querySetId, {
    medium: "LDS",
    nightlyDebug: true,
    changes: { status: "ACTIVE", addServiceQueue: true },
  });
  const [item] = await job.planItems(planned.batchUpdateId, "?action=CREATE");
  if (item === undefined) throw new Error("The plan creates nothing");
  await job.call("POST", `/v1/batch-updates/${planned.batchUpdateId}/exclusions`, { patronIds: [item.patronId] });
  const done = await job.apply(await job.batch(planned.batchUpdateId));
  expect(done.status).toMatch(/^COMPLETED/);
  await until(
    () => job.batch(planned.batchUpdateId),
    ({ serviceQueues }) => serviceQueues.status !== "FILLING",
  );
  await job.outcomes(planned.batchUpdateId);
  await job.report(planned.batchUpdateId);
  const [written] = await job.outcomes(planned.batchUpdateId, "?outcome=CREATED");
  for (const part of ["", "/history", "/media/LDS/service-queue"]) {
    await job.get(`/v1/patrons/${written?.patronId}${part}`);
  }
  await product.call("PATCH", `/v1/patrons/${written?.patronId}/media/LDS`, { body: { cutoff: 5 } });
  const undone = await job.apply(await job.follow(planned.batchUpdateId, "undo"));
  expect(undone.status).toMatch(/^COMPLETED/);
  for (const list of ["batch-updates", "query-sets", "imports", "patrons?q=a", "audit", "me", "library"]) {
    await job.get(`/v1/${list}`);
  }
  const support = { as: "keystone-support" } as const;
  const { body } = await product.call("GET", "/v1/support/executions", support);
  const [execution] = Reflect.get(Object(body), "items");
  expect((await product.call("GET", `/v1/support/executions/${execution.name}`, support)).status).toBe(200);
  expect((await product.call("GET", "/v1/support/queues", support)).status).toBe(200);
}

describe("least privilege", () => {
  let asked: Need[];
  beforeAll(async () => {
    await wholeJob();
    asked = await needs();
  });

  test("the whole job asks for nothing that a function's role does not allow", () => {
    const refused = asked.filter((need) => !isAllowed(need, rights.get(need.functionName) ?? []));
    const shown = refused.map(({ functionName, action, resource, leadingKeys, prefix }) =>
      [functionName, action, resource, leadingKeys?.[0] ?? prefix].join(" "),
    );
    expect([...new Set(shown)]).toEqual([]);
  });

  test("every function but the one that Cognito calls was at work", () => {
    const names = cloud.ofType("AWS::Lambda::Function").filter(({ path }) => path[0] !== "Identity");
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
