import { NodeHttpHandler } from "@smithy/node-http-handler";

/**
 * Connections of an SDK's client, none of whose requests may stay unanswered for ever: without a limit of its own a client
 * waits until its function is stopped, and none of the tries that it still has is made. Each call makes connections of its own.
 *
 * @param connecting milliseconds to connect
 * @param answering milliseconds from sending a request until its answer begins; then it counts as failed, and is tried again
 *   as often as the client may
 */
export function answeredWithin(connecting: number, answering: number): NodeHttpHandler {
  // By itself the SDK only warns.
  return new NodeHttpHandler({
    connectionTimeout: connecting,
    requestTimeout: answering,
    throwOnRequestTimeout: true,
  });
}

/** For clients that try again, of services that answer in milliseconds: three tries fit into the 29 seconds of an API request. */
export function answeredInTime(): NodeHttpHandler {
  return answeredWithin(2000, 8000);
}
