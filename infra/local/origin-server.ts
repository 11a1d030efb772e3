import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { problem, type RequestHandler } from "./http-gateway.ts";

export interface OriginServer {
  readonly port: number;
  /** Lets requests in; until then they are answered 503. */
  open(handler: RequestHandler): void;
  close(): Promise<void>;
}

/**
 * The product's one origin. It listens on loopback only, on both families, because `localhost` means either.
 *
 * @param port 0 for any free one.
 * @throws one sentence where the port is taken.
 */
export async function startOriginServer(port: number): Promise<OriginServer> {
  let handler: RequestHandler | undefined;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (!isThisMachine(request.headers.host)) {
      const detail = "This product answers as localhost alone: open it by that name.";
      problem(response, 421, "MISDIRECTED", detail);
      return;
    }
    if (handler === undefined) {
      problem(response, 503, "UNAVAILABLE", "The product is starting.");
      return;
    }
    handler(request, response).catch((error: unknown) => {
      // A client that hung up half way is none of ours.
      if (request.destroyed && !request.complete) return;
      process.stderr.write(`A request could not be answered: ${String(error)}\n`);
      if (response.headersSent) response.destroy();
      else problem(response, 500, "INTERNAL", "Something went wrong on our side.");
    });
  };
  const servers: Server[] = [];
  for (let attempt = 1; ; attempt++) {
    const first = await listen(answer, port, "127.0.0.1");
    const taken = portOf(first);
    try {
      servers.push(first, await listen(answer, taken, "::1"));
      break;
    } catch (error) {
      if (codeOf(error) === "EADDRINUSE" && port === 0 && attempt < 5) {
        first.close();
        continue;
      }
      // A machine without IPv6.
      if (codeOf(error) === "EADDRINUSE") throw portTaken(taken);
      servers.push(first);
      break;
    }
  }
  const [first] = servers;
  if (first === undefined) throw new Error("No server listens.");
  return {
    port: portOf(first),
    open: (found) => {
      handler = found;
    },
    close: async () => {
      await Promise.all(
        servers.map(async (server) => {
          if (!server.listening) return;
          const closed = new Promise((resolve) => server.close(resolve));
          server.closeIdleConnections();
          const timer = setTimeout(() => server.closeAllConnections(), 1000);
          await closed;
          clearTimeout(timer);
        }),
      );
    },
  };
}

/** Another site's name may be made to mean 127.0.0.1: then its pages would count as this origin's. */
function isThisMachine(host: string | undefined): boolean {
  const { hostname = "" } = URL.parse(`http://${host}`) ?? {};
  return ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  port: number,
  host: string,
): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 30_000 }, answer);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(codeOf(error) === "EADDRINUSE" && host !== "::1" ? portTaken(port) : error));
    server.listen(port, host, resolve);
  });
  return server;
}

function portTaken(port: number): Error {
  return new Error(`Port ${port} is in use by another program. Set PORT to another one, or to 0 for any free one.`);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server does not listen on a port.");
  return address.port;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
