import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test, vi } from "vitest";
import { endLeftover } from "#infra/local/dynamodb/leftover";
import { holdLock, LockHeld } from "#infra/local/process-lock";
import { describeProcess, endNow } from "#infra/local/processes";
import { patience } from "#test/patience";

/** A process whose parent never notices when it ends, as the first process of a container may not. */
async function startUnnoticed() {
  const parent = spawn("/bin/sh", ["-c", "sleep 601 & echo $!; exec sleep 602"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = await once(createInterface(parent.stdout), "line");
  const pid = Number(line);
  onTestFinished(() => {
    endNow(pid);
    parent.kill("SIGKILL");
  });
  const found = await vi.waitUntil(async () => {
    const it = await describeProcess(pid);
    return it?.command.includes("601") ? it : undefined;
  }, patience);
  return { pid, startedAt: found.startedAt };
}

async function makeFile(content: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "processes-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "record.json");
  await writeFile(file, JSON.stringify(content));
  return file;
}

test("a process that has ended does not run, though nobody has noticed and it takes signals", async () => {
  const { pid } = await startUnnoticed();
  endNow(pid);
  await vi.waitUntil(async () => (await describeProcess(pid)) === undefined, patience);
  expect(() => process.kill(pid, 0)).not.toThrow();
});

test("ending a process that is not there is no failure", async () => {
  const child = spawn("true");
  await once(child, "exit");
  expect(() => endNow(child.pid ?? 0)).not.toThrow();
});

test("a lock is its holder's while that runs, and anybody's once it has ended unnoticed", async () => {
  const holder = await startUnnoticed();
  const file = await makeFile(holder);
  await expect(holdLock(file, 0)).rejects.toBeInstanceOf(LockHeld);
  endNow(holder.pid);
  const giveBack = await holdLock(file, 60_000);
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ pid: process.pid });
  await giveBack();
});

test("a leftover that nobody notices to have ended counts as ended", async () => {
  const left = await startUnnoticed();
  const file = await makeFile(left);
  await endLeftover(file, "601");
  expect(await describeProcess(left.pid)).toBeUndefined();
  await expect(readFile(file)).rejects.toThrow("ENOENT");
});
