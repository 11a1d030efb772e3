import type { Upload } from "#contract/formats";
import { readProblem } from "./problem.ts";
import { reach } from "./transport.ts";

/** Sends a file to where the API said, which is not the API itself. */
export async function sendFile(upload: Upload, file: Blob): Promise<void> {
  const response = await reach(new URL(upload.url), { method: upload.method, headers: upload.headers, body: file });
  if (!response.ok) throw await readProblem(response);
}
