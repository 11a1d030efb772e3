import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { type Access, refusalOf } from "../iam/access.ts";
import type { Need } from "../iam/need.ts";
import { serviceNeeds } from "../iam/service-needs.ts";
import type { Session } from "../iam/sessions.ts";
import { SignatureRefused, type SignedService, sha256, verifySignature } from "./signature.ts";

/** Bytes of the longest request that is read: DynamoDB takes 16 MB. */
const longestBody = 17 * 1024 * 1024;

/** How AWS' JSON services name what is wrong with a signature. */
const jsonErrors: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: "InvalidSignatureException",
  InvalidAccessKeyId: "UnrecognizedClientException",
  RequestTimeTooSkewed: "InvalidSignatureException",
  AccessDenied: "MissingAuthenticationTokenException",
  AuthorizationHeaderMalformed: "IncompleteSignatureException",
  ExpiredToken: "ExpiredTokenException",
  AccessDeniedException: "AccessDeniedException",
};

type Handle = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void | Promise<void>;

/**
 * Lets in who knows the folder's secret, and a role's session for what the role may do; and no web page at all: pages may
 * send to any port of the machine that a browser runs on, and another site's name may be made to mean 127.0.0.1.
 *
 * @returns a handler that verifies each request's signature over its whole body, then hands both on
 */
export function guarded(
  service: SignedService,
  access: Access,
  handle: Handle,
): (request: IncomingMessage, response: ServerResponse) => void {
  return signed(service, access, async (request, response, body, session) => {
    if (session !== undefined) {
      const refused = refusalOf(access, session, needsOf(request, body));
      if (refused !== undefined) throw new SignatureRefused(400, "AccessDeniedException", refused);
    }
    await handle(request, response, body);
  });
}

function needsOf({ headers }: IncomingMessage, body: Buffer): Need[] {
  return serviceNeeds(String(headers["x-amz-target"]), JSON.parse(body.toString("utf8") || "{}"));
}

/** The same for who decides by itself what a session may do. */
export function signed(
  service: SignedService,
  access: Access,
  handle: (...given: [...Parameters<Handle>, Session | undefined]) => void | Promise<void>,
): (request: IncomingMessage, response: ServerResponse) => void {
  const letIn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    verifyCaller(request);
    const [path = "/", query = ""] = (request.url ?? "/").split("?");
    const { session } = verifySignature(
      {
        service,
        method: request.method ?? "",
        path,
        query: [...new URLSearchParams(query)],
        headers: request.headers,
        bodyHash: sha256(body),
      },
      access,
    );
    await handle(request, response, body, session);
  };
  return (request, response) => {
    letIn(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return response.destroy();
      const refused = error instanceof SignatureRefused ? error : undefined;
      if (refused === undefined) console.error(`A request to ${service} failed:`, error);
      const type = refused === undefined ? "InternalFailure" : (jsonErrors[refused.code] ?? refused.code);
      response.writeHead(refused?.status ?? 500, {
        "content-type": "application/x-amz-json-1.0",
        "x-amzn-errortype": type,
      });
      response.end(JSON.stringify({ __type: type, message: refused?.message ?? "The request failed." }));
    });
  };
}

/** @throws SignatureRefused where a browser sends, or where the host is not this machine's own address */
export function verifyCaller({ headers, socket }: IncomingMessage): void {
  if (headers.origin !== undefined) throw new SignatureRefused(403, "AccessDenied", "No web page may call this port.");
  const { hostname } = URL.parse(`http://${headers.host}`) ?? {};
  if (hostname !== "127.0.0.1" && hostname !== socket.localAddress) {
    throw new SignatureRefused(403, "AccessDenied", "The Host header names another machine.");
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > longestBody) throw new SignatureRefused(413, "RequestTooLarge", "The request is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The request once more, with its body still to be read: for handlers that read it themselves. */
export function unread({ method, url, headers }: IncomingMessage, body: Buffer): IncomingMessage {
  const again = Object.assign(Readable.from([body]), { method, url, headers });
  // Such a handler looks at no more of a request than this.
  return again as unknown as IncomingMessage;
}
