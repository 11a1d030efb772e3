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

/** Reads a JSON document that needs no sign-in. */
export async function fetchJson(url: URL): Promise<unknown> {
  const response = await reach(url, { cache: "no-store", headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}`);
  return response.json();
}
