import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { call } from "./api-client.ts";

export type ImportKind = "patrons" | "titles";

const createdSchema = z.object({
  importId: z.string(),
  upload: z.object({ url: z.string(), method: z.string(), headers: z.record(z.string(), z.string()) }),
});
const importSchema = z.object({ status: z.string() });

/** Milliseconds between two looks at a running import. */
const betweenLooks = 150;

/**
 * Imports a JSONL file and waits for its end.
 *
 * @param begun told the import's id before the file is sent
 * @throws if a line was not taken
 */
export async function sendImport(
  origin: string,
  token: string,
  kind: ImportKind,
  file: string,
  begun: (importId: string) => Promise<void>,
): Promise<void> {
  const body = JSON.stringify({ kind, format: "jsonl" });
  const { importId, upload } = createdSchema.parse(await call(origin, token, "POST", "/v1/imports", body));
  await begun(importId);
  const sent = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: file });
  if (!sent.ok) throw new Error(`The file of an import was not taken: ${sent.status} ${await sent.text()}`);
  await call(origin, token, "POST", `/v1/imports/${importId}/start`);
  const end = await waitForImport(origin, token, importId);
  if (end !== "COMPLETED") throw new Error(`Import ${importId} of ${kind} ended as ${end}`);
}

/** Waits until an import runs no more, and tells its status; one that never got its file does not run. */
export async function waitForImport(origin: string, token: string, importId: string): Promise<string> {
  for (;;) {
    const { status } = importSchema.parse(await call(origin, token, "GET", `/v1/imports/${importId}`));
    if (status !== "RUNNING") return status;
    await delay(betweenLooks);
  }
}
