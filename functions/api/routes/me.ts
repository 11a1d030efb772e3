import { me } from "#contract/me";
import { implement, ok, type Route } from "../route.ts";

export const meRoutes: readonly Route[] = [
  implement(me.get, async ({ caller: { name, library, roles } }) =>
    ok({ ...(library !== undefined && { library }), roles, name }),
  ),
];
