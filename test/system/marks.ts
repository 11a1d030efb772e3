import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { mediumLine, patronLine } from "#test/patron-lines";
import { type RunningProduct, readEndpoints } from "#test/product";

/** A title that the patron has had, and that is in no catalogue: nothing shows it to anybody. */
const hadTitle = "HAD-MARK-77";

/** Words that stand in one patron's records alone. */
const marks = ["zwyxelborg", "qwombadine", "xanthippe-falls", "vladizmirov", "mk-subject-9", hadTitle.toLowerCase()];

/** The patron whom they are about. */
export const marked = patronLine("MARKED", {
  lastName: "Zwyxelborg",
  firstName: "Qwombadine",
  city: "Xanthippe-Falls",
  county: "Xanthippe-Falls County",
  preferences: [
    { type: "AUTHOR", code: "Vladizmirov" },
    { type: "SUBJECT", code: "MK-SUBJECT-9" },
  ],
  media: [mediumLine(), mediumLine({ medium: "BR", maxServiceQueueSize: undefined, refillPoint: undefined })],
  reserves: ["ERASE1"],
  hasHad: [hadTitle],
});

/** Where marks stand, whatever their case: names of items and files. */
export function marksIn(place: string, text: string): string[] {
  const folded = text.toLowerCase();
  return marks.filter((mark) => folded.includes(mark)).map((mark) => `${place}: ${mark}`);
}

/** Where what the patron has had stands, of the places of marks. */
export function readingIn(places: readonly string[]): string[] {
  return places.flatMap((place) => {
    const [where = "", mark] = place.split(": ");
    return mark === hadTitle.toLowerCase() ? [where] : [];
  });
}

/** In every item of the table. */
export async function marksInItems(product: RunningProduct): Promise<string[]> {
  const { dynamodb, region, accessKeyId, secretAccessKey, table: TableName } = await readEndpoints(product);
  const client = new DynamoDBClient({ endpoint: dynamodb, region, credentials: { accessKeyId, secretAccessKey } });
  const found: string[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
    for (const item of Items.map((one) => unmarshall(one))) {
      found.push(...marksIn(`${item["pk"]} ${item["sk"]}`, JSON.stringify(item)));
    }
  }
  client.destroy();
  return found;
}

/** In every file of the folder: objects, logs, journals, queues and the engine's own. */
export async function marksInFiles(product: RunningProduct, isMeant: (path: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(product.dataDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(product.dataDir.length + 1);
    if (!entry.isFile() || !isMeant(path)) continue;
    // What is written meanwhile may be gone again.
    const bytes = await readFile(join(product.dataDir, path)).catch(() => Buffer.of());
    found.push(...marksIn(path, bytes.toString("latin1")));
  }
  return found;
}
export const isEngines = (path: string) => path.startsWith("dynamodb");
