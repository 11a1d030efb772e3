import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { LibraryId } from "#domain/ids";
import { answeredInTime, answeredWithin } from "#platform/answer-limit";
import { Cache } from "#platform/cache";
import { fenced } from "./fence.ts";
import { assumeRoleFor, libraryCredentials, mostLibraries } from "./library-credentials.ts";
import { createObjects } from "./objects.ts";
import type { OfEach, Store, Stores, Writer } from "./store.ts";
import { createTable } from "./table.ts";

/** Milliseconds after which a conditional write of the applying function counts as unknown and is read again. */
export const writerTimeout = 2500;

/** Names of the table and the bucket. */
export interface StoreEnvironment {
  readonly TABLE_NAME: string;
  readonly BUCKET_NAME: string;
}

/** Where the credentials of work for one library come from, beside the names. */
export interface WorkEnvironment extends StoreEnvironment {
  /** The role that may be assumed for a library, and reaches no other one. */
  readonly WORK_ROLE_ARN: string;
}

/** The stores over clients that retry by themselves with back-off, with the function's own rights: for many libraries. */
export function openStores(environment: StoreEnvironment): Stores {
  const dynamo = quickDynamo(patient());
  const s3 = new S3Client(patientS3());
  return storesOver({ dynamo, table: environment.TABLE_NAME, s3, bucket: environment.BUCKET_NAME });
}

/** What a function works with that works for one library at a time. */
export interface Work {
  readonly stores: OfEach<Store>;
  readonly writers: OfEach<Writer>;
}

/**
 * Stores and writers whose every request is signed for their library: AWS refuses what is another's, whatever this
 * code asks for. Clients of all libraries share their connections.
 */
export function openWork({ TABLE_NAME, BUCKET_NAME, WORK_ROLE_ARN }: WorkEnvironment): Work {
  const credentialsFor = libraryCredentials(assumeRoleFor(WORK_ROLE_ARN));
  const reading = patient();
  const writing = hasty();
  const storing = patientS3();
  return {
    stores: once((library) => {
      const credentials = () => credentialsFor(library);
      const dynamo = quickDynamo({ ...reading, credentials });
      return storeOf(library, {
        dynamo,
        table: TABLE_NAME,
        s3: new S3Client({ ...storing, credentials }),
        bucket: BUCKET_NAME,
      });
    }),
    writers: once((library) => {
      const dynamo = quickDynamo({ ...writing, credentials: () => credentialsFor(library) });
      return { library, table: createTable(fenced(dynamo, library), TABLE_NAME, { mostCollisions: 0 }) };
    }),
  };
}

/** Clients that try again by themselves. Each call makes connections of its own. */
function patient(): DynamoDBClientConfig {
  return { maxAttempts: 8, cacheMiddleware: true, requestHandler: answeredInTime() };
}

/** Its answer begins when the whole of an object, or of a part of five megabytes, has been sent. */
function patientS3(): S3ClientConfig {
  return { maxAttempts: 6, requestChecksumCalculation: "WHEN_REQUIRED", requestHandler: answeredWithin(2000, 20_000) };
}

/**
 * For conditional writes of medium records: one attempt and a short timeout, because a write that is still under way when
 * its run has ended must be impossible. What happened is read from the record, never guessed.
 */
function hasty(): DynamoDBClientConfig {
  return { maxAttempts: 1, cacheMiddleware: true, requestHandler: answeredWithin(1000, writerTimeout) };
}

function quickDynamo(config: DynamoDBClientConfig): DynamoDBClient {
  const client = new DynamoDBClient(config);
  talkQuickly(client);
  return client;
}

/** The stores over clients as they are given. */
export function storesOver(clients: StoreClients): Stores {
  const { dynamo, table } = clients;
  return { ...once((library) => storeOf(library, clients)), across: createTable(dynamo, table) };
}

function storeOf(library: LibraryId, { dynamo, table, s3, bucket }: StoreClients): Store {
  return {
    library,
    table: createTable(fenced(dynamo, library), table),
    objects: createObjects(s3, bucket, library),
  };
}

export interface StoreClients {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
  readonly s3: S3Client;
  readonly bucket: string;
}

/** Makes one for each library, and a second only when many others were asked for meanwhile: a store remembers things. */
function once<Bound>(make: (library: LibraryId) => Bound): OfEach<Bound> {
  const made = new Cache<Bound>(mostLibraries);
  return {
    of(library) {
      const known = made.get(library);
      if (known !== undefined) return known;
      const one = make(library);
      made.set(library, one);
      return one;
    },
  };
}

/** Operations that carry many records, none of which has a binary attribute in what is asked. */
const bulkOperations = new Set(["Query", "BatchGetItem", "BatchWriteItem", "BatchExecuteStatement"]);

/**
 * Takes out of the SDK's way what costs more than all else where many records pass: a copy of each answer that is fit
 * for a log, made also where there is no logger; and a walk over every attribute by the service's schema, there and back,
 * which changes binary ones alone. Answers with a binary attribute still go the SDK's way.
 */
export function talkQuickly(client: DynamoDBClient): void {
  client.middlewareStack.remove("loggerMiddleware");
  const { protocol } = client.config;
  if (!("deserializeResponse" in protocol) || !("serializeRequest" in protocol)) return;
  const askBySchema = protocol.serializeRequest.bind(protocol) as WriteRequest;
  const askQuickly: WriteRequest = async (operation, input, context) => {
    if (!bulkOperations.has(operation.name)) return await askBySchema(operation, input, context);
    const request = await askBySchema(operation, {}, context);
    request.body = JSON.stringify(input);
    return request;
  };
  const readBySchema = protocol.deserializeResponse.bind(protocol) as ReadAnswer;
  const readQuickly: ReadAnswer = async (operation, context, response) => {
    const isBulk = bulkOperations.has(operation.name) && response.statusCode === 200;
    if (!isBulk) return await readBySchema(operation, context, response);
    const body = await context.streamCollector(response.body);
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
    const hasBinary = text.includes('"B":') || text.includes('"BS":');
    if (hasBinary) return await readBySchema(operation, context, { ...response, body });
    return { ...JSON.parse(text), $metadata: { httpStatusCode: 200 } };
  };
  Object.assign(protocol, { serializeRequest: askQuickly, deserializeResponse: readQuickly });
}

/** What the SDK's protocol does with a request and an answer, as far as it matters here. */
type WriteRequest = (
  operation: { readonly name: string },
  input: object,
  context: object,
) => Promise<{ body?: unknown }>;
type ReadAnswer = (
  operation: { readonly name: string },
  context: { streamCollector(stream: unknown): Promise<Uint8Array> },
  response: { readonly statusCode: number; readonly body?: unknown },
) => Promise<unknown>;

/** The table of each library over a client as it is given. */
export function tablesOver(
  dynamo: DynamoDBClient,
  name: string,
  options: Parameters<typeof createTable>[2] = {},
): OfEach<Writer> {
  return once((library) => ({ library, table: createTable(fenced(dynamo, library), name, options) }));
}
