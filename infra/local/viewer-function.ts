import { createContext, runInContext, Script } from "node:vm";
import { z } from "zod";
import type { Cloud } from "./cloud.ts";

const propertiesSchema = z.looseObject({ FunctionCode: z.string() });

const answerSchema = z.looseObject({
  statusCode: z.int(),
  headers: z.record(z.string(), z.object({ value: z.string() })),
  body: z.object({ encoding: z.literal("text"), data: z.string() }),
});
const requestSchema = z.looseObject({ uri: z.string() });

/** What the edge makes of an address: another one to look for a file at, or an answer of its own. */
export type Viewed =
  | { readonly uri: string }
  | { readonly status: number; readonly headers: Record<string, string>; readonly text: string };

/** The template's own viewer function. */
export function openViewerFunction(cloud: Cloud): (uri: string) => Viewed {
  const [found, ...others] = cloud.ofType("AWS::CloudFront::Function");
  if (found === undefined || others.length > 0) throw new Error("The template must have one viewer function.");
  return compileViewerFunction(propertiesSchema.parse(found.properties).FunctionCode);
}

/** A viewer function as CloudFront runs it, on each request for a file of the console. */
export function compileViewerFunction(code: string): (uri: string) => Viewed {
  const context = createContext({});
  new Script(code).runInContext(context);
  return (uri) => {
    const event = JSON.stringify({ request: { method: "GET", uri, headers: {}, querystring: {}, cookies: {} } });
    const given: unknown = JSON.parse(String(runInContext(`JSON.stringify(handler(${event}))`, context)));
    const request = requestSchema.safeParse(given);
    if (request.success) return { uri: request.data.uri };
    const { statusCode, headers, body } = answerSchema.parse(given);
    const plain = Object.entries(headers).map(([name, { value }]) => [name, value]);
    return { status: statusCode, headers: Object.fromEntries(plain), text: body.data };
  };
}
