import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { SQSClient } from "@aws-sdk/client-sqs";
import { createFillMessages } from "#batch-manager/messages";
import { requestFills } from "#batch-manager/requests";
import { patronIdSchema } from "#domain/ids";
import { patronIdOf } from "#records/profiles/medium-records";
import { fillCounts } from "#records/service-queues/fill-counts";
import { mediumRecordKey, queueKey } from "#records/store/keys";
import { batchUpdateId, libraryId } from "#test/ids";
import type { Bed } from "../bed.ts";
import { bareDeletes, bareWrites } from "../peers/bare-writes.ts";
import { withEngineShare } from "../processor-time.ts";
import { interleaved, rates, timed } from "../rounds.ts";
import { median, type Row, rowOfRounds } from "../row.ts";

const library = "piedmont";
const medium = "DB";
const patronsPerChunk = 500;

/** Filling empty service queues, from the request that applying makes to the last answer, against putting the same items. */
export async function fillingRow(bed: Bed, patronIds: readonly string[], rounds: number): Promise<Row> {
  const { stores, endpoints } = bed;
  const client = bed.plainClient();
  const { region, accessKeyId, secretAccessKey } = endpoints;
  const sqs = new SQSClient({ region, endpoint: endpoints.sqs, credentials: { accessKeyId, secretAccessKey } });
  const desk = { store: stores.of(libraryId(library)), messages: createFillMessages(sqs, endpoints.queueUrl) };
  const records = await stores.across.batchGetRaw(
    patronIds.map((id) => mediumRecordKey({ library: libraryId(library) }, patronIdSchema.parse(id), medium)),
  );
  const members = records.map(patronIdOf);
  const keys = members.map((patronId) => queueKey({ library: libraryId(library) }, patronId, medium));

  const fill = async () => {
    const asking = batchUpdateId(`bench-${randomUUID()}`);
    return await timed(async () => {
      for (let start = 0; start < members.length; start += patronsPerChunk) {
        const asked = members.slice(start, start + patronsPerChunk);
        await requestFills(
          desk,
          { library: desk.store.library, batchUpdateId: asking, medium },
          start / patronsPerChunk,
          asked,
        );
      }
      for (;;) {
        const { filled, failed } = await fillCounts(stores.of(libraryId(library)), asking, false);
        if (failed > 0) throw new Error(`${failed} service queues could not be filled`);
        if (filled === members.length) return;
        await wait(50);
      }
    });
  };
  await bareDeletes(client, endpoints.table, keys);
  await fill();
  const engineShares: number[] = [];
  const queues = await stores.across.batchGetRaw(keys);
  const seconds = await interleaved(rounds, {
    bare: async () => {
      await bareDeletes(client, endpoints.table, keys);
      return await timed(() => bareWrites(client, endpoints.table, queues));
    },
    ours: async () => {
      await bareDeletes(client, endpoints.table, keys);
      const { seconds, share } = await withEngineShare(bed.processes.database, fill);
      engineShares.push(share);
      return seconds;
    },
  });
  client.destroy();
  sqs.destroy();
  return rowOfRounds(
    {
      name: "fill of service queues",
      unit: "queues/s",
      engineShare: median(engineShares),
      against: "bare writes of the same queue records",
      reach: 0.5,
      direction: "at least",
    },
    rates(members.length, seconds.ours),
    rates(queues.length, seconds.bare),
  );
}
