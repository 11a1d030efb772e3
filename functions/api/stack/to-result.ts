import type { Answer } from "../route.ts";
import type { ApiResult } from "./event.ts";

/** An answer as Lambda hands it to the gateway. */
export function toResult({ status, body, headers }: Answer): ApiResult {
  return {
    statusCode: status,
    headers: {
      "cache-control": "no-store",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}
