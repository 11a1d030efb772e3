import type { Answer } from "../route.ts";
import type { ApiResult } from "./event.ts";

/**
 * What is answered is data, for the script that asked: no page, no frame, no guessing of types. Pages have the headers of
 * the distribution.
 */
const securityHeaders = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** An answer as Lambda hands it to the gateway. */
export function toResult({ status, body, headers }: Answer): ApiResult {
  return {
    statusCode: status,
    headers: {
      "cache-control": "no-store",
      ...securityHeaders,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}
