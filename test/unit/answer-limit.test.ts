import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { answeredWithin } from "#platform/answer-limit";

test("a request that is not answered in time fails, and is tried again", async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    if (asked > 1) response.setHeader("content-type", "application/x-amz-json-1.0").end('{"TableNames":["late"]}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    requestHandler: answeredWithin(5000, 200),
    maxAttempts: 8,
  });
  try {
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(["late"]);
    expect(asked).toBeGreaterThan(1);
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
});
