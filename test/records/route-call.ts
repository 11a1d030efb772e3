import type { LibraryId } from "#domain/ids";
import type { Role } from "#domain/role";
import { newId } from "#platform/identifiers";
import type { Answer, AnyCall, Dependencies, Route } from "../../functions/api/route.ts";

interface Asked {
  readonly library: LibraryId;
  readonly role?: Role;
  readonly params: AnyCall["params"];
  readonly query?: unknown;
  readonly body?: unknown;
  readonly now?: Date;
}

/**
 * Has one of several routes answer as the API does, body and query parsed, without the API around it.
 *
 * @param parts what the route uses of what the API works with
 * @throws Error where no such route is among them
 */
export async function callRoute(
  routes: readonly Route[],
  [method, path]: readonly [method: string, path: string],
  { library, role = "administrator", params, query = {}, body, now = new Date() }: Asked,
  parts: Partial<Dependencies>,
): Promise<Answer> {
  const route = routes.find((it) => it.method === method && it.path === path);
  if (route === undefined) throw new Error(`There is no route ${method} ${path}`);
  const call: AnyCall = {
    caller: { sub: "ann", name: "ann", library, roles: [role] },
    role,
    library,
    params,
    query: route.query.parse(query),
    body: route.body?.parse(body),
    headers: {},
    now,
    newId: newId(new Date()),
    onceKey: undefined,
    reason: "a test",
    requestId: "request",
  };
  // Safe: whoever calls gives what the route uses, and a part that it does not find fails the test.
  return await route.handle(call, parts as Dependencies);
}
