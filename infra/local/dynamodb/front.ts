import { once } from "node:events";
import { Agent, createServer, request as send } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Access } from "../iam/access.ts";
import { guarded } from "../signing/guard.ts";
import { beginningsAsRanges } from "./begins-with.ts";

/** Of the engine's answers, what clients need: not its permission for every web page. */
const passedOn = ["content-type", "x-amzn-requestid", "x-amz-crc32", "x-amzn-errortype"];

/**
 * The door to the engine, for the product's functions as for clients outside. The engine itself takes any signature and
 * lets every web page read its answers, so it listens where no page can find it; this asks for the folder's secret, or for
 * a role's session and goes by what the role may do.
 */
export async function openFront(
  engine: { readonly host: string; readonly port: number },
  port: number,
  credentials: Access,
): Promise<{ endpoint: string; close(): Promise<void> }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const server = createServer(
    { keepAliveTimeout: 10 * 60_000 },
    guarded("dynamodb", credentials, async (request, response, given) => {
      const { host: _, connection: __, ...others } = request.headers;
      const body = beginningsAsRanges(String(others["x-amz-target"]), given);
      const headers = { ...others, "content-length": body.length };
      const asked = send({ ...engine, agent, method: request.method, path: request.url, headers });
      // Who gives up gives up at the engine too.
      response.on("close", () => asked.destroy());
      asked.end(body);
      try {
        const [answer] = await once(asked, "response");
        for (const name of passedOn) {
          if (answer.headers[name] !== undefined) response.setHeader(name, answer.headers[name]);
        }
        response.writeHead(answer.statusCode);
        await pipeline(answer, response);
      } catch {
        // As the engine would be found without this door: it went away, and nobody knows what it has done.
        request.socket.destroy();
      }
    }),
  );
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The door to DynamoDB has no port.");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}
