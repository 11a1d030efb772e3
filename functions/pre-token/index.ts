import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { z } from "zod";
import { answeredWithin } from "#platform/answer-limit";
import { openClock } from "#platform/clock";
import { readEnvironment } from "#platform/environment";
import { createTable } from "#records/store/table";
import { createHandler } from "./handler.ts";

const environment = readEnvironment({ TABLE_NAME: z.string().min(1) });

// Cognito waits five seconds for everything together.
const dynamo = new DynamoDBClient({ maxAttempts: 3, requestHandler: answeredWithin(1000, 1000) });

export const handler = createHandler({ table: createTable(dynamo, environment.TABLE_NAME), now: openClock() });
