import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { PatronLine } from "#domain/import/patron-line";
import { createCatalogues } from "#records/imports/catalogue";
import { importFileKey } from "#records/imports/import-objects";
import { createImport, type Import, requireImport, startImport } from "#records/imports/imports";
import { loadMediaOf } from "#records/profiles/medium-records";
import { tablesOver } from "#records/store/clients";
import type { OfEach, Writer } from "#records/store/store";
import { libraryId, patronId } from "#test/ids";
import { createHandler } from "../../functions/import/handler.ts";
import type { RealStores } from "./real-store.ts";

export const library = libraryId("piedmont");
export const now = "2026-07-01T00:00:00.000Z";
export const audit = {
  at: now,
  actor: { sub: "a", name: "a" },
  role: "administrator",
  action: "x",
  subject: "x",
  detail: "",
};

type Begun = Partial<Pick<Import, "kind" | "format" | "dryRun" | "startedAt">>;

/** The import's function on a real store, with the workflow's steps in the hands of the test. */
export function createImportBed(stores: RealStores) {
  const handler = createHandler({
    stores,
    writers: stores,
    catalogues: createCatalogues(),
    now: () => new Date(),
  });
  let number = 0;
  const bed = {
    handler,
    /** An import that waits for its file. */
    async waiting(of: Begun = {}): Promise<string> {
      const importId = `import-${++number}`;
      const it = {
        importId,
        kind: "patrons" as const,
        format: "jsonl" as const,
        createdBy: "a",
        createdAt: now,
        ...of,
      };
      await createImport(stores.of(library), it, audit);
      return importId;
    },
    /** Starts one that waits, with a file. */
    async start(importId: string, file: string, { kind = "patrons", startedAt = now }: Begun = {}): Promise<void> {
      await stores.of(library).objects.putText(importFileKey({ library }, importId, importId), file);
      const request = { at: startedAt, onceKey: undefined, newId: importId };
      const it = { importId, kind };
      const outcome = await startImport(stores.of(library), it, request, { ...audit, action: "started" });
      if (outcome !== "STARTED") throw new Error(`The import was not started: ${JSON.stringify(outcome)}`);
    },
    /** An import whose file is there and which is RUNNING. */
    async begun(file: string, of: Begun = {}): Promise<string> {
      const importId = await bed.waiting(of);
      await bed.start(importId, file, of);
      return importId;
    },
    async split(job: string): Promise<number> {
      return Number((await handler({ task: "split", library, job })).chunks);
    },
    async close(job: string): Promise<Import> {
      await handler({ task: "close", library, job });
      return await requireImport(stores.of(library), job);
    },
    /** Brings one that is RUNNING to its end. */
    async run(job: string): Promise<Import> {
      const chunks = await bed.split(job);
      for (let chunk = 0; chunk < chunks; chunk++) await handler({ task: "chunk", library, job, chunk });
      return await bed.close(job);
    },
    async importFile(file: string, of: Begun = {}): Promise<Import> {
      return await bed.run(await bed.begun(file, of));
    },
    async mediaOf(id: string) {
      return Object.fromEntries((await loadMediaOf(stores.of(library), patronId(id))).map((it) => [it.medium, it]));
    },
  };
  return bed;
}

export function jsonl(...lines: unknown[]): string {
  return lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
}

let patronNumber = 0;

/** A patron whom no other line is about. */
export function patron(fields: Partial<PatronLine> = {}): PatronLine & { patronId: string } {
  return { patronId: `I${++patronNumber}`, lastName: "Doe", mainStatus: "ACTIVE", ...fields };
}

/** A writer that breaks off when it is time, as a function does that is killed while it writes. */
export function failingWriter({ dynamo, across }: RealStores, isTime: () => boolean): OfEach<Writer> {
  const failing = new Proxy(dynamo, {
    get(client, name) {
      if (name !== "send") return Reflect.get(client, name);
      return async (...args: Parameters<DynamoDBClient["send"]>) => {
        if (isTime()) throw Object.assign(new Error("killed"), { name: "ThrottlingException" });
        return await client.send(...args);
      };
    },
  });
  return tablesOver(failing, across.name);
}
