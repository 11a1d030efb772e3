import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * Where the local DynamoDB engine's program is: an optional npm package per platform brings it.
 *
 * @throws Error that says how to go on where npm has no engine for this platform.
 */
export function findEngine(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@dynoxide/${platform}-${arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), platform === "win32" ? "dynoxide.exe" : "dynoxide");
  } catch (cause) {
    throw new Error(
      `The local DynamoDB engine is missing: run "npm i --no-save ${name}"; where npm has no such package, set AWS_ENDPOINT_URL_DYNAMODB to the address of another DynamoDB.`,
      { cause },
    );
  }
}
