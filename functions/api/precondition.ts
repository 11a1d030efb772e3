import { conflict, Problem } from "./problem.ts";
import type { Call } from "./route.ts";

/** The header ETag of a thing that counts its changes. */
export function etag(version: number): { etag: string } {
  return { etag: `"${version}"` };
}

/**
 * Holds a change back where the header If-Match names other versions than the present one. The tag may be weak, as a
 * proxy that compresses makes it, or bare.
 *
 * @throws PRECONDITION_FAILED, with the present version
 */
export function requireVersion({ headers }: Pick<Call<unknown, unknown>, "headers">, version: number): void {
  const header = headers["if-match"]?.trim();
  if (header === undefined || header === "*") return;
  const named = header.split(",").map((tag) =>
    tag
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1"),
  );
  if (named.includes(String(version))) return;
  throw new Problem(
    "PRECONDITION_FAILED",
    `It has changed in the meantime and is now at version ${version}. Nothing was changed; look at that version, then change it.`,
    undefined,
    { members: { version }, headers: etag(version) },
  );
}

/**
 * A change that lost against another one between reading and writing: nobody's change is undone unseen.
 *
 * @param now the version that there is now; undefined where the thing is gone
 */
export function changedMeanwhile(call: Pick<Call<unknown, unknown>, "headers">, now: number): Problem {
  if (call.headers["if-match"] !== undefined) requireVersion(call, now);
  return conflict(
    "Someone else changed it at the same moment. Nothing was changed; look at it as it is now, then try again.",
  );
}
