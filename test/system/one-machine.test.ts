import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type RunningProduct, readEndpoints, startProduct, until } from "#test/product";

const importSchema = z.object({
  importId: z.string(),
  upload: z.object({ url: z.string(), method: z.string(), headers: z.record(z.string(), z.string()) }),
});

let dataDir: string;
let product: RunningProduct | undefined;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "product-"));
});
afterAll(async () => {
  await product?.kill();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<RunningProduct> {
  product = await startProduct({ dataDir });
  return product;
}

/** What a product prints that cannot start, and how it ends. */
async function startInVain(environment: Record<string, string> = {}): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ["infra/local/main.ts"], {
    env: { ...process.env, PORT: "0", DATA_DIR: dataDir, SAMPLE_PATRONS: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
  const [code] = await once(child, "exit");
  return { code, said };
}

async function* filesUnder(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    yield path;
    if (entry.isDirectory()) yield* filesUnder(path);
  }
}

describe("one machine", () => {
  test("a link for an upload, handed out before a restart, works after it, and so does the address", async () => {
    const first = await start();
    const created = await first.call("POST", "/v1/imports", { body: { kind: "patrons", format: "csv" } });
    const { importId, upload } = importSchema.parse(created.body);
    await first.kill();
    const second = await start();
    expect(second.url).toBe(first.url);
    const file = "patronId,lastName,mainStatus\nP1,Alder,ACTIVE\n";
    const sent = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: file });
    expect(sent.status).toBe(200);
    expect((await second.call("POST", `/v1/imports/${importId}/start`)).status).toBe(202);
    const ended = await until(
      () => second.call("GET", `/v1/imports/${importId}`),
      ({ body }) => z.object({ status: z.string() }).parse(body).status !== "RUNNING",
    );
    expect(ended.body).toMatchObject({ status: "COMPLETED", counts: { read: 1, created: 1 } });
  });

  test("everything in DATA_DIR is its owner's alone", async () => {
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    const open: string[] = [];
    for await (const path of filesUnder(dataDir)) {
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined && (found.mode & 0o077) !== 0) open.push(path);
    }
    expect(open).toEqual([]);
  });

  test("its secrets are no constants: another folder has others", async () => {
    const other = await startProduct();
    const [here, there] = await Promise.all([product, other].map((one) => readEndpoints(one ?? other)));
    await other.remove();
    expect(there?.secretAccessKey).not.toBe(here?.secretAccessKey);
    expect(there?.secretAccessKey).not.toBe("local-secret");
  });

  test("it answers under this machine's own names alone", async () => {
    const { url } = product ?? (await start());
    const status = await new Promise((resolve, reject) => {
      const headers = { host: "rebound.example" };
      request(`${url}/v1/health`, { headers }, (response) => resolve(response.statusCode))
        .on("error", reject)
        .end();
    });
    expect(status).toBe(421);
  });
});

test("it says that it may have too few files open, and how to mend that", async () => {
  const command = 'ulimit -n 128; exec "$0" infra/local/main.ts';
  const child = spawn("bash", ["-c", command, process.execPath], {
    env: { ...process.env, PORT: "0", DATA_DIR: join(dataDir, "other") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
  const [code] = await once(child, "exit");
  expect(said).toMatch(/only 128 files open.*ulimit -n 4096/);
  expect(code).toBe(1);
});

test("a database that stands still is said to, answered 503 for, and found again", async () => {
  const running = product ?? (await start());
  let said = "";
  running.process.stderr?.on("data", (text: Buffer) => (said += text.toString()));
  const { pid } = z
    .object({ pid: z.number() })
    .parse(JSON.parse(await readFile(join(dataDir, "dynamodb", "engine.json"), "utf8")));
  process.kill(pid, "SIGSTOP");
  try {
    const answer = await running.call("GET", "/v1/library");
    expect(answer).toMatchObject({ status: 503, body: { code: "UNAVAILABLE" } });
    expect(said).toContain("The DynamoDB engine does not answer");
  } finally {
    process.kill(pid, "SIGCONT");
  }
  await until(
    () => running.call("GET", "/v1/library"),
    ({ status }) => status === 200,
  );
  await until(
    async () => said,
    (text) => text.includes("The DynamoDB engine answers again"),
  );
});

describe("a start that cannot be says in one sentence which file it is about and what to do", () => {
  const keys = () => join(dataDir, "identity", "keys.json");
  const database = () => join(dataDir, "dynamodb", "dynamodb.sqlite");

  test.each([
    ["broken keys", keys, "{", /keys\.json cannot be read\. .*remove it/],
    ["a lost database", database, undefined, /dynamodb\.sqlite is not there.*remove DATA_DIR/],
    ["an emptied database", database, "", /dynamodb\.sqlite is empty/],
  ])("%s", async (_, file, text, sentence) => {
    await (product ?? (await start())).stop();
    product = undefined;
    const kept = await readFile(file());
    await rm(file());
    if (text !== undefined) await writeFile(file(), text);
    const { code, said } = await startInVain();
    expect(said).toMatch(sentence);
    expect(said).not.toContain("ready");
    // Whatever it was about to do is said before; the reason is the last line, and one.
    expect(
      said
        .trim()
        .split("\n")
        .filter((line) => !/^ *\d+\.\d s {2}/.test(line)),
    ).toHaveLength(1);
    expect(code).toBe(1);
    await writeFile(file(), kept);
    const again = await start();
    expect((await again.call("GET", "/v1/library")).status).toBe(200);
  });

  test("whatever of it is lost, and a start goes on without it only where its notes say so", async () => {
    const running = product ?? (await start());
    const { bucket } = await readEndpoints(running);
    await running.stop();
    product = undefined;
    const aside = `${dataDir}.aside`;
    for (const lost of [
      "s3",
      join("s3", bucket),
      "step-functions",
      join("identity", "keys.json"),
      join("identity", "directory.json"),
      "credentials.json",
      "samples.json",
    ]) {
      await rename(join(dataDir, lost), aside);
      const { code, said } = await startInVain();
      expect(said).toMatch(new RegExp(`^${dataDir}/\\S+ is not there\\. Put .*\\.\n$`));
      expect(said).toContain(join(dataDir, lost));
      expect(code).toBe(1);
      await rename(aside, join(dataDir, lost));
    }

    await rm(join(dataDir, "credentials.json"));
    const notes = join(dataDir, "product.json");
    await writeFile(notes, (await readFile(notes, "utf8")).replace('"credentials.json",', ""));
    const again = await start();
    expect((await again.call("GET", "/v1/library")).status).toBe(200);
  });

  test.each([
    ["samples.json", /samples\.json cannot be read\. Put a copy from before in its place/],
    [join("identity", "sessions.json"), /sessions\.json cannot be read\. Remove it: everybody signs in again/],
  ])("a damaged %s", async (name, sentence) => {
    await (product ?? (await start())).stop();
    product = undefined;
    const file = join(dataDir, name);
    const kept = await readFile(file, "utf8").catch(() => "{}");
    await writeFile(file, "{");
    const { code, said } = await startInVain();
    expect(said).toMatch(sentence);
    expect(code).toBe(1);
    await writeFile(file, kept);
  });

  test("a DATA_DIR that is a file", async () => {
    const file = `${dataDir}.file`;
    await writeFile(file, "");
    const { code, said } = await startInVain({ DATA_DIR: file });
    await rm(file);
    expect(said).toBe(`${file} cannot be used as a folder (EEXIST). Set DATA_DIR to a folder of your own.\n`);
    expect(code).toBe(1);
  });
});
