import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, test, vi } from "vitest";
import { patience } from "#test/patience";
import { bucket, clientOf, credentials, openS3, serve } from "./local-s3-bed.ts";

const { endings } = openS3();

describe("A server that is killed", () => {
  async function serveApart(at: string) {
    const source = `
      import { startS3 } from "#infra/local/s3/server";
      const s3 = await startS3(${JSON.stringify({ port: 0, directory: at, buckets: [bucket], ...credentials })});
      console.log(s3.endpoint);
    `;
    const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
      cwd: join(import.meta.dirname, "../.."),
      stdio: ["ignore", "pipe", "inherit"],
    });
    endings.push(() => child.kill("SIGKILL"));
    const [endpoint] = await once(createInterface(child.stdout), "line");
    return { child, endpoint: String(endpoint) };
  }

  test("half way through a write still has the object as it was, and leaves no rubbish", async () => {
    const at = await mkdtemp(join(tmpdir(), "local-s3-killed-"));
    endings.push(() => rm(at, { recursive: true, force: true }));
    const { child, endpoint } = await serveApart(at);
    const first = clientOf(endpoint, { requestChecksumCalculation: "WHEN_REQUIRED" });
    endings.push(() => first.destroy());
    await first.send(new PutObjectCommand({ Bucket: bucket, Key: "result", Body: "whole" }));

    // A raw socket, because a client would wait for the end of a body that never comes.
    const url = new URL(
      await getSignedUrl(first, new PutObjectCommand({ Bucket: bucket, Key: "result" }), { expiresIn: 60 }),
    );
    const socket = connect(Number(url.port), url.hostname);
    endings.push(() => socket.destroy());
    socket.on("error", () => undefined);
    socket.write(
      `PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: 9000000\r\n\r\n${"x".repeat(2_000_000)}`,
    );
    const aside = join(at, ".being-written");
    await vi.waitUntil(async () => (await readdir(aside)).length > 0, patience);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await readdir(aside)).toHaveLength(1);

    const again = await serve(at);
    endings.push(() => again.close());
    expect(await text(await again.readObject(bucket, "result"))).toBe("whole");
    expect(await readdir(aside)).toEqual([]);
  });

  test("at any moment under load has every object that it acknowledged, whole", async () => {
    const at = await mkdtemp(join(tmpdir(), "local-s3-killed-"));
    endings.push(() => rm(at, { recursive: true, force: true }));
    const acknowledged = new Map<string, string>();
    for (const round of [1, 2, 3]) {
      const { child, endpoint } = await serveApart(at);
      const loaded = clientOf(endpoint);
      endings.push(() => loaded.destroy());
      let serving = true;
      const writers = Array.from({ length: 6 }, async (_, writer) => {
        for (let n = 0; serving; n += 1) {
          const Key = `run/${round}/${writer}-${n}`;
          const Body = `${Key} `.repeat(1 + ((n * 7919) % 4000));
          await loaded
            .send(new PutObjectCommand({ Bucket: bucket, Key, Body }))
            .then(() => acknowledged.set(Key, Body))
            .catch(() => undefined);
        }
      });
      await vi.waitUntil(() => acknowledged.size > round * 40, patience);
      child.kill("SIGKILL");
      await once(child, "exit");
      serving = false;
      await Promise.all(writers);
    }
    const again = await serve(at);
    endings.push(() => again.close());
    for (const [key, body] of acknowledged) expect(await text(await again.readObject(bucket, key))).toBe(body);
    const reader = clientOf(again.endpoint);
    endings.push(() => reader.destroy());
    const { Contents } = await reader.send(new ListObjectsV2Command({ Bucket: bucket }));
    for (const { Key, Size } of Contents ?? []) {
      const found = await text(await again.readObject(bucket, Key ?? ""));
      expect(found).toHaveLength(Size ?? -1);
      expect(found.startsWith(`${Key} `)).toBe(true);
    }
  });
});
