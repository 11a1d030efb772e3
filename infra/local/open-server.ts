import { once } from "node:events";
import type { Server } from "node:http";

/** Has a server listen on a port of this machine that is free. Closing ends its connections too. */
export async function openServer(server: Server): Promise<{ endpoint: string; close(): Promise<void> }> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
