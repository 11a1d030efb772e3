import type { RequestHandler } from "./http-gateway.ts";

/** API, issuer and console behind one origin, as the distribution has them. */
export function oneOrigin(parts: {
  api: RequestHandler;
  identity: (...request: Parameters<RequestHandler>) => void;
  consoleFiles: RequestHandler;
}): RequestHandler {
  return async (request, response) => {
    const [path = "/"] = (request.url ?? "/").split("?");
    if (path === "/v1" || path.startsWith("/v1/")) return await parts.api(request, response);
    if (path === "/oidc" || path.startsWith("/oidc/")) {
      // Where Cognito keeps its keys; the local issuer keeps them under another name.
      if (path === "/oidc/.well-known/jwks.json") request.url = "/oidc/jwks";
      parts.identity(request, response);
      return;
    }
    await parts.consoleFiles(request, response);
  };
}
