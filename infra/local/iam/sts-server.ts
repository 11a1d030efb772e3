import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { z } from "zod";
import { openServer } from "../open-server.ts";
import { xml } from "../s3/xml.ts";
import { signed } from "../signing/guard.ts";
import { type Access, refusalOf } from "./access.ts";
import type { Role } from "./roles.ts";
import type { Session, Sessions } from "./sessions.ts";
import { createJudge, type Tags } from "./statement.ts";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
/** Seconds that a session lasts at most which was asked for by another session. */
const longestChained = 3600;

/** An answer of STS that is none. */
class StsError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const askedSchema = z.object({
  Action: z.literal("AssumeRole"),
  Version: z.literal("2011-06-15"),
  RoleArn: z.string(),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
});
const tagForm = /^Tags\.member\.(\d+)\.(Key|Value)$/;

/**
 * Serves STS's AssumeRole, with tags, on 127.0.0.1: to whom the template's role trusts, and who may assume it by its own
 * role. Every other operation and parameter is refused.
 */
export async function startSts(parts: {
  readonly access: Access;
  readonly sessions: Sessions;
  readonly roles: ReadonlyMap<string, Role>;
}): Promise<{ endpoint: string; close(): Promise<void> }> {
  const server = createServer(
    signed("sts", parts.access, (_, response, body, caller) => {
      try {
        send(response, 200, assumeRole(parts, new URLSearchParams(body.toString("utf8")), caller));
      } catch (thrown) {
        if (!(thrown instanceof StsError)) throw thrown;
        const { status, code, message } = thrown;
        const error = { Type: "Sender", Code: code, Message: message };
        send(response, status, xml("ErrorResponse", { Error: error }, NAMESPACE));
      }
    }),
  );
  return await openServer(server);
}

function assumeRole(
  { access, sessions, roles }: Parameters<typeof startSts>[0],
  form: URLSearchParams,
  caller: Session | undefined,
): string {
  // No tags at all are said as one empty field.
  const others = [...form].filter(([name, value]) => !tagForm.test(name) && !(name === "Tags" && value === ""));
  const fields = Object.fromEntries(others);
  const parsed = z.strictObject(askedSchema.shape).safeParse(fields);
  if (!parsed.success) throw new StsError(400, "ValidationError", z.prettifyError(parsed.error));
  const { RoleArn, RoleSessionName, DurationSeconds } = parsed.data;
  if (caller !== undefined && DurationSeconds > longestChained) {
    throw new StsError(400, "ValidationError", "A session that another session asks for lasts an hour at most.");
  }
  const tags = readTags(form);
  requireTrust(roles.get(RoleArn), caller, access, tags);
  const expiresAt = Date.now() + DurationSeconds * 1000;
  const { accessKeyId, secretAccessKey, sessionToken } = sessions.issue({ role: RoleArn, tags, expiresAt });
  const answer = {
    AssumeRoleResult: {
      AssumedRoleUser: { Arn: `${RoleArn}/${RoleSessionName}`, AssumedRoleId: `${accessKeyId}:${RoleSessionName}` },
      Credentials: {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: sessionToken,
        Expiration: new Date(expiresAt).toISOString(),
      },
    },
    ResponseMetadata: { RequestId: randomUUID() },
  };
  return xml("AssumeRoleResponse", answer, NAMESPACE);
}

function readTags(form: URLSearchParams): Tags {
  const members = new Map<string, { Key?: string; Value?: string }>();
  for (const [name, value] of form) {
    const [, number = "", field] = tagForm.exec(name) ?? [];
    if (field !== undefined) members.set(number, { ...members.get(number), [field]: value });
  }
  return Object.fromEntries([...members.values()].map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** @throws StsError unless the role trusts the caller with a session so tagged, and the caller's own role lets it */
function requireTrust(role: Role | undefined, caller: Session | undefined, access: Access, tags: Tags): void {
  const actions = ["sts:AssumeRole", ...(Object.keys(tags).length > 0 ? ["sts:TagSession"] : [])];
  const needs = actions.map((action) => ({ action, resource: role?.arn ?? "none", sessionTags: tags }));
  const trusting = (role?.trust ?? []).filter(({ Principal }) => Principal?.AWS?.includes(caller?.role ?? "") === true);
  const trusts = createJudge(trusting);
  const isTrusted = needs.every((need) => trusts(need)) && refusalOf(access, caller, needs) === undefined;
  if (isTrusted) return;
  const who = caller?.role ?? "the folder's own credentials";
  throw new StsError(403, "AccessDenied", `User: ${who} is not authorized to perform: sts:AssumeRole on this role`);
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/xml", "content-length": Buffer.byteLength(text) });
  response.end(text);
}
