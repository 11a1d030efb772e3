import { join } from "node:path";
import { writeKept } from "./kept-file.ts";

/** Where an AWS client reaches the parts of a running product. */
export interface Endpoints {
  readonly dynamodb: string;
  readonly s3: string;
  readonly sqs: string;
  readonly stepFunctions: string;
  readonly table: string;
  readonly bucket: string;
  readonly queueUrl: string;
  /** ARNs by the workflows' names. */
  readonly stateMachines: Readonly<Record<string, string>>;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Written whole or not at all: somebody may be waiting for the file. */
export async function writeEndpoints(dataDir: string, endpoints: Endpoints): Promise<void> {
  await writeKept(join(dataDir, "endpoints.json"), endpoints);
}
