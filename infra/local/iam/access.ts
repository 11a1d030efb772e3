import type { Credentials } from "../signing/credentials.ts";
import type { Need } from "./need.ts";
import type { Role } from "./roles.ts";
import type { Session, Sessions } from "./sessions.ts";
import { createJudge } from "./statement.ts";

/** What the doors of the engines let in by: the folder's own credentials, and those of roles for what the roles may do. */
export interface Access extends Credentials {
  readonly sessions?: Sessions;
  /** Whether a session's role allows what is asked for. */
  readonly allows?: (session: Session, need: Need) => boolean;
}

const mostJudges = 500;

/** Judges by the template's policies, those of each role with a session's tags compiled once. */
export function createAccess(credentials: Credentials, sessions: Sessions, roles: ReadonlyMap<string, Role>): Access {
  const judges = new Map<string, (need: Need) => boolean>();
  const judgeOf = ({ role, tags }: Session) => {
    const name = JSON.stringify([role, tags]);
    const known = judges.get(name) ?? createJudge(roles.get(role)?.rights ?? [], tags);
    if (judges.size >= mostJudges) judges.clear();
    judges.set(name, known);
    return known;
  };
  return { ...credentials, sessions, allows: (session, need) => judgeOf(session)(need) };
}

/** In AWS' words: what is refused to whom. Undefined where everything is allowed, as to the folder's own credentials. */
export function refusalOf(
  { allows }: Access,
  session: Session | undefined,
  needs: readonly Need[],
): string | undefined {
  if (session === undefined) return undefined;
  const refused = needs.find((need) => allows?.(session, need) !== true);
  if (refused === undefined) return undefined;
  const { library } = session.tags;
  const who = library === undefined ? session.role : `${session.role} for the library ${library}`;
  return `User: ${who} is not authorized to perform: ${refused.action} on resource: ${refused.resource}`;
}
