import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as send,
} from "node:http";
import { buffer } from "node:stream/consumers";
import { splitParts } from "./parts.ts";
import {
  type AwsRequest,
  crashHeader,
  readRequest,
  type Service,
  services,
  type Targets,
  targetsSchema,
} from "./requests.ts";
import type { SendRest } from "./rest.ts";

/** What happens to a request. AFTER means that AWS has done what was asked for and only the answer is lost. */
export type Fault =
  /** Answered with an error, and not done. */
  | { readonly refuse: { readonly status: number; readonly code: string } }
  /**
   * Those of its parts that are chosen, given as JSON, are refused; the call succeeds for the others. Statements get the
   * code, if there is one; else they are throttled.
   */
  | { readonly refuseParts: (part: string) => boolean; readonly code?: string }
  /** The connection ends without an answer. */
  | { readonly breakOff: "BEFORE" | "AFTER" }
  /** No answer ever comes: the client has to give up by itself. */
  | { readonly staySilent: "BEFORE" | "AFTER" }
  /** The worker that asked dies. */
  | { readonly crash: "BEFORE" | "AFTER" }
  /** Something is done about it, such as a power cut, and the connection ends without an answer. */
  | { readonly cut: "BEFORE" | "AFTER"; readonly by: () => void };

/** Asked for each request. A promise holds the request up until it settles. Undefined lets it pass. */
export type Rule = (request: AwsRequest) => Fault | undefined | Promise<Fault | undefined>;

/** Stands between the AWS SDK in the workers of a product and the product's engines. */
export interface FaultLayer {
  /** For the start of a product. */
  readonly environment: Readonly<Record<string, string>>;
  /** Says how what is left of a call is sent whose parts were refused; faults of parts need it. */
  sendRestBy(sender: SendRest): void;
  /** Requests that have no answer yet. */
  underWay(): number;
  /** Adds a rule for as long as the work goes on. The first rule that has a fault for a request decides. */
  during<T>(rule: Rule, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function startFaultLayer(): Promise<FaultLayer> {
  const rules = new Set<Rule>();
  const agent = new Agent({ keepAlive: true });
  let targets: Targets | undefined;
  let sendRest: SendRest | undefined;
  let underWay = 0;

  const faultOf = async (asked: AwsRequest): Promise<Fault | undefined> => {
    for (const rule of rules) {
      const fault = await rule(asked);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
  const serve = async (service: Service, request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const asked = readRequest(service, request, service === "s3" ? "" : body.toString("utf8"));
    const fault = await faultOf(asked);
    // Whoever gave up while the request was held up closed the connection: it never arrives.
    if (request.socket.destroyed) return;
    if (fault !== undefined && isBefore(fault)) return await answerBadly(asked, fault, request, response);
    const forward = (content: Buffer) => ask(new URL(targets?.[service] ?? ""), agent, request, content);
    if (fault !== undefined && "refuseParts" in fault) {
      const split = splitParts(asked, fault.refuseParts, fault.code);
      if (split !== undefined) {
        if (sendRest === undefined) throw new Error("Nobody has said how to send what is left of a call");
        const joined = split.join(split.rest && (await sendRest(asked.operation, split.rest)));
        response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(joined));
        return;
      }
    }
    const answer = await forward(body);
    if (fault !== undefined && !("refuseParts" in fault)) return await answerBadly(asked, fault, request, response);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };

  const handle = (service: Service) => (request: IncomingMessage, response: ServerResponse) => {
    underWay++;
    serve(service, request, response)
      .catch(() => request.socket.destroy())
      .finally(() => {
        underWay--;
      });
  };
  const servers = new Map<Service, Server>();
  for (const service of services) servers.set(service, await listening(createServer(handle(service))));
  const entry = await listening(
    createServer(async (request, response) => {
      targets = targetsSchema.parse(JSON.parse((await buffer(request)).toString("utf8")));
      response.end(
        JSON.stringify(Object.fromEntries([...servers].map(([service, server]) => [service, urlOf(server)]))),
      );
    }),
  );

  return {
    environment: {
      FAULTS_MODULE: new URL("./worker.ts", import.meta.url).href,
      FAULTS_URL: urlOf(entry),
    },
    sendRestBy(sender) {
      sendRest = sender;
    },
    underWay: () => underWay,
    async during(rule, work) {
      rules.add(rule);
      try {
        return await work();
      } finally {
        rules.delete(rule);
      }
    },
    async close() {
      agent.destroy();
      for (const server of [entry, ...servers.values()]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

function isBefore(fault: Fault): fault is Exclude<Fault, { refuseParts: unknown }> {
  return "refuse" in fault || Object.values(fault).includes("BEFORE");
}

async function answerBadly(
  { service }: AwsRequest,
  fault: Exclude<Fault, { refuseParts: unknown }>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if ("refuse" in fault) {
    const { status, code } = fault.refuse;
    const body =
      service === "s3"
        ? `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>A fault</Message></Error>`
        : JSON.stringify({ __type: code, message: "A fault" });
    response.writeHead(status, { "content-type": service === "s3" ? "application/xml" : "application/x-amz-json-1.0" });
    response.end(body);
  } else if ("breakOff" in fault || "cut" in fault) {
    if ("cut" in fault) fault.by();
    request.socket.destroy();
  } else if ("crash" in fault) {
    response.writeHead(500, { [crashHeader]: "1" }).end();
  } else if (!request.socket.destroyed) {
    await once(request.socket, "close");
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

/** Sends a request on as it was signed, but for what the body's length makes of it. */
function ask(target: URL, agent: Agent, request: IncomingMessage, content: Buffer): Promise<Answer> {
  const { connection: _, expect: __, "transfer-encoding": ___, ...kept } = request.headers;
  const headers = { ...kept, ...(content.length > 0 && { "content-length": String(content.length) }) };
  const { method, url: path } = request;
  return new Promise((resolve, reject) => {
    const sent = send({ agent, host: target.hostname, port: target.port, method, path, headers }, async (response) => {
      const body = await buffer(response).catch(reject);
      if (body === undefined) return;
      const { connection: ____, "keep-alive": _____, "transfer-encoding": ______, ...others } = response.headers;
      const answered = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
      resolve({ status: response.statusCode ?? 502, headers: Object.fromEntries(answered), body });
    });
    sent.once("error", reject);
    sent.end(content);
  });
}

async function listening(server: Server): Promise<Server> {
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The fault layer does not listen");
  return `http://127.0.0.1:${address.port}`;
}
