import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningProduct, startProduct } from "#test/product";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

let product: RunningProduct;
beforeAll(async () => {
  product = await startProduct({ samplePatrons: 600 });
});
afterAll(() => product?.remove());

/** The commands under a heading of a document, as somebody would paste them, for a product on another port. */
async function commandsUnder(document: string, heading: string): Promise<string> {
  const text = await readFile(join(root, document), "utf8");
  const under = text.slice(text.indexOf(heading));
  const found = /```sh\n([\s\S]*?)```/.exec(under)?.[1];
  if (!text.includes(heading) || found === undefined) throw new Error(`${document} has no commands under ${heading}`);
  return found.replaceAll("localhost:4000", new URL(product.url).host);
}

/** Runs commands in bash and answers with the lines they printed; a command that fails ends it. */
async function inShell(commands: string, environment: Record<string, string> = {}): Promise<string[]> {
  const PATH = `${dirname(process.execPath)}:${process.env.PATH ?? ""}`;
  const { stdout } = await run("bash", ["-euo", "pipefail", "-c", commands], {
    env: { ...process.env, PATH, ...environment },
    cwd: root,
  });
  return stdout.trim().split("\n");
}

test("the README's job by curl does the whole job as it stands", async () => {
  const lines = await inShell(await commandsUnder("README.md", "## The job by curl"));
  const answers = lines.map((line) => JSON.parse(line));
  expect(answers[0]).toMatchObject({ status: "READY" });
  const review = answers[1];
  expect(review).toMatchObject({ status: "READY", kind: "UPDATE" });
  const { update, create } = review.plan.counts;
  expect(update).toBeGreaterThan(0);
  const done = answers.at(-2);
  expect(done.status).toMatch(/^COMPLETED/);
  expect(done.counts.updated + done.counts.created).toBe(update + create);
  expect(answers.at(-1)).toMatchObject({ final: true });
});

test("the import of docs/imports.md goes in as it stands, and shows the line that does not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "import-by-curl-"));
  try {
    const commands = await commandsUnder("docs/imports.md", "# Imports");
    const [started = "", ended = "", ...errors] = await inShell(`cd ${folder}\n${commands}`);
    expect(JSON.parse(started)).toMatchObject({ status: "RUNNING" });
    expect(JSON.parse(ended)).toMatchObject({
      status: "COMPLETED_WITH_ERRORS",
      counts: { read: 2, created: 1, rejected: 1 },
    });
    expect(errors.join("\n")).toMatch(/3,NEW2,mainStatus GONE is not in the library's table,"NEW2,Birch,GONE,NA"/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
