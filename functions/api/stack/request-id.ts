import type { ApiEvent, ApiMiddleware, ApiRequest } from "./event.ts";

/** The gateway's id of a request: it stands in the gateway's own log too. */
export function requestIdOf(event: ApiEvent): string {
  return event.requestContext.requestId;
}

/** Names the request on every answer. */
export function requestId(): ApiMiddleware {
  const name = ({ event, response }: ApiRequest) => {
    if (response) response.headers = { ...response.headers, "request-id": requestIdOf(event) };
  };
  return { after: name, onError: name };
}
