import findMyWay from "find-my-way";
import type { Route } from "./route.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const satisfies readonly Route["method"][];

/** What a path may hold for `:name`: every id there is, and the longest name of an execution. */
const possibleParameter = /^[A-Za-z0-9._-]{1,128}$/;

export interface Found {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export interface RouteTable {
  /** Undefined where there is none, also for a path with an empty segment: `//`, and what ends in `/`, names no thing. */
  find(method: Route["method"], path: string): Found | undefined;
  /** The pattern that a path fits, whatever is asked of it: unlike the path it holds no ids. */
  patternOf(path: string): string | undefined;
  /** What can be asked of a path, for the header Allow; undefined where nothing can. */
  allowed(path: string): string | undefined;
  /** Path of what a route has created and answers, by the id in the answer. */
  locationOf(route: Route, params: Found["params"], body: unknown): string | undefined;
}

export function createRouteTable(routes: readonly Route[]): RouteTable {
  const router = findMyWay({ maxParamLength: 256 });
  const paths = new Set<string>();
  for (const it of routes) {
    router.on(it.method, it.path, () => undefined, it);
    paths.add(it.path);
  }
  const find: RouteTable["find"] = (method, path) => {
    const found = path.includes("//") || path.endsWith("/") ? null : router.find(method, path);
    if (found === null) return undefined;
    const params = Object.entries(found.params).map(([name, value]) => [name, value ?? ""] as const);
    // The router holds nothing but what was put in above.
    return { route: found.store as Route, params: Object.fromEntries(params) };
  };
  return {
    find,
    patternOf: (path) => methods.map((method) => find(method, path)?.route.path).find((found) => found !== undefined),
    allowed(path) {
      const found = methods.filter((method) => find(method, path) !== undefined);
      if (found.length === 0) return undefined;
      return [...found.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])), "OPTIONS"].join(", ");
    },
    locationOf(route, params, body) {
      if (typeof body !== "object" || body === null) return undefined;
      const answer: Record<string, unknown> = { ...body };
      // /things -> /things/:thingId; /things/:thingId/retry makes another of the same things.
      for (let path = route.path; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
        for (const candidate of paths) {
          const name = /^:(\w+)$/.exec(lastSegment(candidate))?.[1];
          if (name === undefined || (candidate !== path && parentOf(candidate) !== path)) continue;
          const id = answer[name];
          if (typeof id !== "string") continue;
          return candidate.replace(/:(\w+)/g, (_, one: string) =>
            encodeURIComponent(one === name ? id : (params[one] ?? "")),
          );
        }
      }
      // Something of another kind: its own id is the first that it names.
      for (const [name, id] of Object.entries(answer)) {
        const own = [...paths].find((path) => lastSegment(path) === `:${name}` && !parentOf(path).includes(":"));
        if (own !== undefined && typeof id === "string") return `${parentOf(own)}/${encodeURIComponent(id)}`;
      }
      return undefined;
    },
  };
}

/** True where a value of the path is the id of nothing at all. */
export function namesNothing(params: Found["params"]): boolean {
  return Object.values(params).some((value) => !possibleParameter.test(value));
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
