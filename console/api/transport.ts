import { connection } from "./connection.ts";

/** No answer came: the network is gone, or the service does not run. Whether anything was done is not known. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("There is no connection to the service.", { cause });
    this.name = "Unreachable";
  }
}

/** As `fetch`, and keeps book of whether the service can be reached. */
export async function reach(url: URL, init?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, init);
    connection.found();
    return response;
  } catch (cause) {
    if (init?.signal?.aborted) throw cause;
    connection.lost();
    throw new Unreachable(cause);
  }
}

/** What somebody wants to know of a file that is being sent, and how they stop it. */
export interface Watch {
  /** @param sent bytes that have gone out */
  readonly told?: (sent: number) => void;
  readonly signal?: AbortSignal;
}

/** As {@link reach}, for a file: `fetch` does not say how far it has come. */
export async function reachWithFile(
  to: { readonly url: string; readonly method: string; readonly headers: Readonly<Record<string, string>> },
  file: Blob,
  { told, signal }: Watch,
): Promise<Response> {
  signal?.throwIfAborted();
  const request = new XMLHttpRequest();
  const stop = () => request.abort();
  signal?.addEventListener("abort", stop);
  try {
    return await new Promise<Response>((resolve, reject) => {
      request.open(to.method, to.url);
      for (const [name, value] of Object.entries(to.headers)) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", ({ loaded }) => told?.(loaded));
      request.addEventListener("load", () => {
        connection.found();
        resolve(new Response(request.responseText === "" ? null : request.responseText, { status: request.status }));
      });
      request.addEventListener("error", () => {
        connection.lost();
        reject(new Unreachable(undefined));
      });
      request.addEventListener("abort", () => reject(signal?.reason ?? new Unreachable(undefined)));
      request.send(file);
    });
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** Reads a JSON document that needs no sign-in. */
export async function fetchJson(url: URL): Promise<unknown> {
  const response = await reach(url, { cache: "no-store", headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}`);
  return response.json();
}

/** The beginning of a text file, up to so many bytes: what comes after that is not fetched. */
export async function beginningOf(url: URL, mostBytes: number, signal: AbortSignal): Promise<string> {
  const response = await reach(url, { signal });
  if (!response.ok || response.body === null) throw new Error(`The file answered ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += value;
    if (text.length < mostBytes) continue;
    await reader.cancel();
    return text;
  }
}
