import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";

/** `CorsConfiguration.CorsRules` of `AWS::S3::Bucket`. */
const corsRule = z.strictObject({
  Id: z.string().optional(),
  AllowedOrigins: z.array(z.string()),
  AllowedMethods: z.array(z.string()),
  AllowedHeaders: z.array(z.string()).default([]),
  ExposedHeaders: z.array(z.string()).default([]),
  MaxAge: z.coerce.number().optional(),
});
export type CorsRule = z.infer<typeof corsRule>;

/** Without rules in the template: the console's uploads and downloads, from wherever it is served. */
const openRule: CorsRule = {
  AllowedOrigins: ["*"],
  AllowedMethods: ["GET", "HEAD", "PUT"],
  AllowedHeaders: ["*"],
  ExposedHeaders: ["ETag"],
};

export function readCorsRules(rules: unknown[] | undefined): CorsRule[] {
  return rules === undefined ? [openRule] : z.array(corsRule).parse(rules);
}

function matches(pattern: string, text: string): boolean {
  const [before, after] = pattern.split("*");
  if (after === undefined) return pattern === text;
  return text.startsWith(before ?? "") && text.endsWith(after) && text.length >= pattern.length - 1;
}

function ruleFor(rules: readonly CorsRule[], origin: string, method: string, headers: readonly string[]) {
  return rules.find(
    (rule) =>
      rule.AllowedOrigins.some((allowed) => matches(allowed, origin)) &&
      rule.AllowedMethods.includes(method) &&
      headers.every((name) => rule.AllowedHeaders.some((allowed) => matches(allowed.toLowerCase(), name))),
  );
}

function allow(response: ServerResponse, rule: CorsRule, origin: string): void {
  response.setHeader("access-control-allow-origin", rule.AllowedOrigins.includes("*") ? "*" : origin);
  if (rule.ExposedHeaders.length > 0) {
    response.setHeader("access-control-expose-headers", rule.ExposedHeaders.join(", "));
  }
  response.setHeader("vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
}

/** Adds what lets a page of the request's origin read the answer, where a rule allows it. */
export function allowOrigin(request: IncomingMessage, response: ServerResponse, rules: readonly CorsRule[]): void {
  const { origin } = request.headers;
  const rule = origin === undefined ? undefined : ruleFor(rules, origin, request.method ?? "", []);
  if (origin !== undefined && rule !== undefined) allow(response, rule, origin);
}

/** Answers a preflight; false where no rule allows what is asked for. */
export function answerPreflight(
  request: IncomingMessage,
  response: ServerResponse,
  rules: readonly CorsRule[],
): boolean {
  const { origin } = request.headers;
  const method = request.headers["access-control-request-method"];
  const headers = (request.headers["access-control-request-headers"] ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const rule = origin && method ? ruleFor(rules, origin, method, headers) : undefined;
  if (origin === undefined || rule === undefined) return false;
  allow(response, rule, origin);
  response.setHeader("access-control-allow-methods", rule.AllowedMethods.join(", "));
  if (headers.length > 0) response.setHeader("access-control-allow-headers", headers.join(", "));
  if (rule.MaxAge !== undefined) response.setHeader("access-control-max-age", rule.MaxAge);
  response.writeHead(200).end();
  return true;
}
