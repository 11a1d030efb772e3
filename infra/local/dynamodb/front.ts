import { once } from "node:events";
import { Agent, createServer, request as send } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Access } from "../iam/access.ts";
import { guarded } from "../signing/guard.ts";
import { beginningsAsRanges } from "./begins-with.ts";

/** Of the engine's answers, what clients need: not its permission for every web page. */
const passedOn = ["content-type", "x-amzn-requestid", "x-amz-crc32", "x-amzn-errortype"];

/** Milliseconds for which a pause waits for requests that are with the engine. */
const longestRequest = 10_000;

export interface Front {
  readonly endpoint: string;
  /** Counts requests that delete from now on, until it is asked how many there were. */
  watchDeletions(): () => number;
  /**
   * Does something while no request is with the engine: those that come meanwhile wait.
   *
   * @throws Error where requests that are with it do not end within 10 seconds
   */
  pause<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Whether a request may delete an item. */
function deletes(target: string, body: Buffer): boolean {
  const [, operation = ""] = target.split(".");
  if (operation === "DeleteItem") return true;
  return /Transact|Batch|Statement/.test(operation) && /"Delete(Request)?"\s*:|\bDELETE\b/i.test(body.toString("utf8"));
}

/**
 * The door to the engine, for the product's functions as for clients outside. The engine itself takes any signature and
 * lets every web page read its answers, so it listens where no page can find it; this asks for the folder's secret, or for
 * a role's session and goes by what the role may do.
 */
export async function openFront(
  engine: { readonly host: string; readonly port: number },
  port: number,
  credentials: Access,
): Promise<Front> {
  let deletions = 0;
  let watchers = 0;
  let underWay = 0;
  /** Resolves when the engine may be asked again; undefined while it may. */
  let paused: Promise<void> | undefined;
  let lastEnded: PromiseWithResolvers<void> | undefined;
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const server = createServer(
    { keepAliveTimeout: 10 * 60_000 },
    guarded("dynamodb", credentials, async (request, response, given) => {
      while (paused !== undefined) await paused;
      // Who gave up while it waited tries again: what nobody waits for is not done.
      if (response.destroyed || request.socket.destroyed) return;
      underWay += 1;
      if (watchers > 0 && deletes(String(request.headers["x-amz-target"]), given)) deletions += 1;
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
      } finally {
        underWay -= 1;
        if (underWay === 0) lastEnded?.resolve();
      }
    }),
  );
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The door to DynamoDB has no port.");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    watchDeletions() {
      const before = deletions;
      watchers += 1;
      return () => {
        watchers -= 1;
        return deletions - before;
      };
    },
    async pause(work) {
      while (paused !== undefined) await paused;
      const over = Promise.withResolvers<void>();
      paused = over.promise;
      try {
        if (underWay > 0) {
          lastEnded = Promise.withResolvers();
          const longest = setTimeout(
            () => lastEnded?.reject(new Error("Requests to the DynamoDB engine do not end")),
            longestRequest,
          );
          await lastEnded.promise.finally(() => clearTimeout(longest));
        }
        return await work();
      } finally {
        lastEnded = undefined;
        paused = undefined;
        over.resolve();
      }
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}
