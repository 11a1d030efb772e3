import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { z } from "zod";
import { longestCriteria } from "#domain/query/criteria";
import { sentence } from "#domain/sentence";
import { invalid, Problem } from "./problem.ts";
import type { Route } from "./route.ts";
import { fieldProblems } from "./sentences.ts";

/** Bytes of a body that is read at all; larger lists of ids come by upload. Below what Lambda takes, so that we answer. */
const longestBody = 4 * 1024 * 1024;

/** Charsets whose every text is one of UTF-8 too. */
const takenCharset = /^(utf-?8|us-ascii)$/i;

/** The body as text. Bytes that are none are refused: what was meant by them would be lost. */
export function bodyText(event: Pick<APIGatewayProxyEventV2, "body" | "isBase64Encoded" | "headers">): string {
  if (event.body === undefined) return "";
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(event.headers["content-type"] ?? "")?.[1];
  if (charset !== undefined && !takenCharset.test(charset)) {
    throw new Problem("UNSUPPORTED_MEDIA_TYPE", "Send the body as UTF-8.");
  }
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > longestBody) throw new Problem("TOO_LARGE", "The body is larger than 4 MB. Use an upload.");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Problem("MALFORMED_JSON", "The body is not UTF-8. Nothing was changed.");
  }
}

/** The body as a JSON value, before any schema; undefined where the route takes none. */
export function readJson(it: Route, contentType: string | undefined, text: string): unknown {
  if (it.body === undefined) return undefined;
  if (text === "" && it.method === "POST" && it.body.safeParse({}).success) return {};
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (!it.contentTypes.includes(type)) {
    throw new Problem("UNSUPPORTED_MEDIA_TYPE", `Send the body as ${it.contentTypes.join(" or ")}.`);
  }
  const value = parseJson(text);
  if (isObject(value) && value["criteria"] !== undefined) {
    const bytes = Buffer.byteLength(JSON.stringify(value["criteria"]));
    if (bytes > longestCriteria) {
      throw new Problem(
        "TOO_LARGE",
        "The criteria are larger than 100 kB. Send long lists of ids as patronIds or an upload.",
      );
    }
  }
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("MALFORMED_JSON", "The body is not JSON. Nothing was changed.");
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses with a schema, or throws the problem answer that names each wrong field by its path. */
export function parse<T>(schema: z.ZodType<T>, value: unknown, root: string): T {
  const parsed = schema.safeParse(value, { error: sentence });
  if (parsed.success) return parsed.data;
  throw invalid(...fieldProblems(parsed.error, root));
}
