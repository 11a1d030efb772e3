import { marshall } from "@aws-sdk/util-dynamodb";
import { readPatronLine } from "#domain/import/patron-line";
import type { Library } from "#domain/library";
import { encodeValue } from "#records/profiles/medium-records";
import { putItems } from "#records/profiles/patron-writer";
import { patronItem } from "#records/profiles/patrons";
import { mediumRecordKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { RawItem } from "#records/store/table";

/** Puts patrons of the import's lines into the table as an import would leave them, without its workflow around it. */
export async function seedPatrons(stores: Store, library: Library, lines: Iterable<unknown>): Promise<void> {
  let items: RawItem[] = [];
  for (const line of lines) {
    const read = readPatronLine(line, library);
    if (!("record" in read)) throw new Error(read.reason);
    const { patron, media } = read.record;
    items.push(
      marshall(patronItem(library, { ...patron, reserveCounts: {}, requestCounts: {} }), {
        removeUndefinedValues: true,
      }),
    );
    for (const [medium, fields] of media) {
      const { pk, sk } = mediumRecordKey(library, patron.patronId, medium);
      items.push({
        pk: { S: pk },
        sk: { S: sk },
        medium: { S: medium },
        version: { N: "1" },
        ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, encodeValue(value ?? null)])),
      });
    }
    if (items.length >= 2000) {
      await putItems(stores, items);
      items = [];
    }
  }
  await putItems(stores, items);
}
