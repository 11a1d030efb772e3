import type { Upload } from "#contract/formats";
import { readProblem } from "./problem.ts";
import { reachWithFile, type Watch } from "./transport.ts";

/**
 * Sends a file to where the API said, which is not the API itself.
 *
 * @throws ApiProblem where it is refused, Unreachable where there is no answer, AbortError where the signal says to stop
 */
export async function sendFile(upload: Upload, file: Blob, watch: Watch = {}): Promise<void> {
  const response = await reachWithFile(upload, file, watch);
  if (!response.ok) throw await readProblem(response);
}
