import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Access } from "../iam/access.ts";
import { openServer } from "../open-server.ts";
import { guarded } from "../signing/guard.ts";
import { ApiError } from "../step-functions/api-error.ts";
import { type UserPoolParts, userPoolOperations } from "./user-pool-api.ts";

/** Serves what the product asks of Cognito's user pools (AWS JSON 1.1) on 127.0.0.1. */
export async function startUserPool(
  parts: UserPoolParts,
  credentials: Access,
): Promise<{ endpoint: string; close(): Promise<void> }> {
  const server = createServer(
    guarded("cognito-idp", credentials, (request, response, body) => answer(parts, request, response, body)),
  );
  return await openServer(server);
}

async function answer(parts: UserPoolParts, request: IncomingMessage, response: ServerResponse, body: Buffer) {
  try {
    const [service, name = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
    const operation = service === "AWSCognitoIdentityProviderService" ? userPoolOperations.get(name) : undefined;
    if (operation === undefined) {
      throw new ApiError("UnknownOperationException", `The operation ${JSON.stringify(name)} is not answered here.`);
    }
    send(response, 200, await operation(parts, JSON.parse(body.toString("utf8") || "{}")));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    send(response, 400, { __type: error.type, message: error.message });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() });
  response.end(JSON.stringify(body));
}
