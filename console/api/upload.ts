import { z } from "zod";
import { readProblem } from "./problem.ts";
import { reach } from "./transport.ts";

export const uploadSchema = z.object({
  url: z.url(),
  method: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
});
export type Upload = z.infer<typeof uploadSchema>;

/** Sends a file to where the API said, which is not the API itself. */
export async function sendFile(upload: Upload, file: Blob): Promise<void> {
  const response = await reach(new URL(upload.url), { method: upload.method, headers: upload.headers, body: file });
  if (!response.ok) throw await readProblem(response);
}
