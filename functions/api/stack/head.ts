import type { ApiEvent, ApiMiddleware, ApiRequest } from "./event.ts";

/** HEAD is asked as GET, and its answer has no body. */
export function head(): ApiMiddleware {
  const asked = new WeakSet<ApiEvent>();
  const withoutBody = (request: ApiRequest) => {
    if (!asked.has(request.event) || !request.response) return;
    const { body: _, isBase64Encoded: __, ...rest } = request.response;
    request.response = rest;
  };
  return {
    before: ({ event }) => {
      if (event.requestContext.http.method !== "HEAD") return;
      event.requestContext.http.method = "GET";
      asked.add(event);
    },
    after: withoutBody,
    onError: withoutBody,
  };
}
