import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { RequestHandler } from "./http-gateway.ts";
import type { Viewed } from "./viewer-function.ts";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * The console's built files, as the distribution serves them: the template's viewer function says which file an address
 * means, and every answer carries the headers of the template's policy.
 *
 * @param options.view the viewer function.
 * @param options.signIn what the console reads from `/config.json` to know where to sign in.
 */
export function createConsoleFiles(options: {
  folder: string;
  headers: Readonly<Record<string, string>>;
  view: (uri: string) => Viewed;
  signIn: { issuer: string; clientId: string };
}): RequestHandler {
  const { folder, headers, view } = options;
  const packed = new Packed();
  return async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { ...headers, allow: "GET, HEAD" }).end();
      return;
    }
    if (pathname === "/config.json") {
      response.writeHead(200, { ...headers, "content-type": "application/json", "cache-control": "no-cache" });
      response.end(JSON.stringify(options.signIn));
      return;
    }
    const viewed = view(pathname);
    if ("status" in viewed) {
      response.writeHead(viewed.status, { ...headers, ...viewed.headers }).end(viewed.text);
      return;
    }
    const path = filePath(folder, viewed.uri);
    const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
    if (path === undefined || found === undefined || !found.isFile()) {
      if (viewed.uri === onePage) notBuilt(response, headers);
      else response.writeHead(404, { ...headers, "content-type": "text/plain" }).end("Not found");
      return;
    }
    const isPacked = packable.has(extname(path)) && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
    const body = isPacked ? await packed.of(path, found.mtimeMs) : undefined;
    response.writeHead(200, {
      ...headers,
      "content-type": types[extname(path)] ?? "application/octet-stream",
      "content-length": body?.byteLength ?? found.size,
      ...(body !== undefined && { "content-encoding": "gzip" }),
      vary: "accept-encoding",
      // Built assets carry a digest of their content in their names.
      "cache-control": pathname.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    });
    if (request.method === "HEAD") response.end();
    else if (body !== undefined) response.end(body);
    else
      createReadStream(path)
        .on("error", () => response.destroy())
        .pipe(response);
  };
}

/** What is smaller compressed, as the distribution sends it too. */
const packable: ReadonlySet<string> = new Set([".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest"]);
const pack = promisify(gzip);

/** Files as they are sent, compressed once for each time that they were built. */
class Packed {
  readonly #files = new Map<string, { readonly builtAt: number; readonly bytes: Promise<Buffer> }>();

  async of(path: string, builtAt: number): Promise<Buffer> {
    const known = this.#files.get(path);
    if (known?.builtAt === builtAt) return await known.bytes;
    const bytes = readFile(path).then((content) => pack(content));
    this.#files.set(path, { builtAt, bytes });
    // What could not be read once is read again when it is asked for again.
    bytes.catch(() => this.#files.delete(path));
    return await bytes;
  }
}

/**
 * Leads pages that are asked for under another of this machine's names, such as 127.0.0.1, to the product's own: people
 * are sent back from signing in to that alone.
 */
export function atOneName(origin: string, answer: RequestHandler): RequestHandler {
  return async (request, response) => {
    if (request.headers.host === new URL(origin).host || request.headers["sec-fetch-mode"] !== "navigate") {
      return answer(request, response);
    }
    response.writeHead(307, { location: `${origin}${request.url ?? "/"}`, "cache-control": "no-store" }).end();
  };
}

const onePage = "/index.html";

function filePath(folder: string, pathname: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  // As in the deployment: what begins with a dot is the build's own.
  if (decoded.split("/").some((part) => part.startsWith("."))) return undefined;
  const path = normalize(join(folder, decoded));
  return path.startsWith(folder + sep) && !decoded.includes("\0") ? path : undefined;
}

function notBuilt(response: Parameters<RequestHandler>[1], headers: Readonly<Record<string, string>>): void {
  response.writeHead(200, { ...headers, "content-type": "text/html; charset=utf-8" });
  response.end(
    '<!doctype html><html lang="en"><title>Batch updates</title><h1>The console is not built</h1><p>The API is at <a href="/v1/openapi.json">/v1/openapi.json</a>.</p></html>',
  );
}
