import { S3Client } from "@aws-sdk/client-s3";
import { answersOf } from "../answers.ts";
import type { Bed } from "../bed.ts";
import { bareReads } from "../peers/bare-reads.ts";
import { interleaved, timed } from "../rounds.ts";
import { type Row, rowOfRounds } from "../row.ts";

/** Requests of one measurement, by how many clients ask side by side. */
const requests = { 1: 100, 32: 960 } as const;

/**
 * Answers of the API against the reads behind them by the SDK alone: time at one client, rate at 32. Both sides share the
 * machine with the engine, and ours with the client that asks as well.
 */
export async function answeringRows(bed: Bed, ids: readonly string[], rounds: number): Promise<Row[]> {
  const answers = await answersOf(bed, "piedmont", ids);
  const { region, accessKeyId, secretAccessKey, table, bucket } = bed.endpoints;
  const credentials = { accessKeyId, secretAccessKey };
  const s3 = new S3Client({ region, credentials, endpoint: bed.endpoints.s3, forcePathStyle: true });
  const dynamo = bed.plainClient();
  const reads = bareReads(dynamo, s3, table, bucket);
  const rows: Row[] = [];
  try {
    for (const { name, path, bare } of answers) {
      const ask = async () => {
        const { status } = await bed.product.call("GET", path);
        if (status !== 200) throw new Error(`GET ${path}: ${status}`);
      };
      const read = () => bare(reads);
      for (const clients of [1, 32] as const) {
        const count = requests[clients];
        // What is cold at first is measured by nobody: connections, workers, compiled code.
        await sideBySide(clients, count / 4, ask);
        await sideBySide(clients, count / 4, read);
        const seconds = await interleaved(rounds, {
          bare: () => timed(() => sideBySide(clients, count, read)),
          ours: () => timed(() => sideBySide(clients, count, ask)),
        });
        const against = "the same reads by the SDK, nothing decoded";
        rows.push(
          clients === 1
            ? rowOfRounds(
                { name: `${name}, one client`, unit: "ms", against, reach: 2, direction: "at most" },
                seconds.ours.map((one) => (one * 1000) / count),
                seconds.bare.map((one) => (one * 1000) / count),
              )
            : rowOfRounds(
                {
                  name: `${name}, ${clients} clients`,
                  unit: "answers/s",
                  against,
                  reach: 0.5,
                  direction: "at least",
                },
                seconds.ours.map((one) => count / one),
                seconds.bare.map((one) => count / one),
              ),
        );
      }
    }
  } finally {
    dynamo.destroy();
    s3.destroy();
  }
  return rows;
}

async function sideBySide(clients: number, count: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  const client = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: clients }, client));
}
