import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Library } from "#domain/library";
import { DamagedFolder, parseKept, writeKept } from "./kept-file.ts";
import { call, signIn } from "./samples/api-client.ts";
import { type ImportKind, sendImport, waitForImport } from "./samples/import-client.ts";
import { sampleLibraries } from "./samples/libraries.ts";
import { makeMembers, type SampleParts } from "./samples/members.ts";
import { generatePatrons } from "./samples/patrons.ts";
import { generateTitles } from "./samples/titles.ts";

const seed = "samples";
const lakeshorePatrons = 300;

/** What was begun, by library and kind. `done` once everything is in: then samples are never touched again. */
const progressSchema = z.object({
  done: z.boolean(),
  patrons: z.int(),
  imports: z.record(z.string(), z.string()),
  /** Whether libraries, people and clients are in. Absent where a version made the samples that knew no people. */
  members: z.literal(true).optional(),
});
type Progress = z.infer<typeof progressSchema>;

export interface SampleOptions extends SampleParts {
  readonly dataDir: string;
  /** Patrons of piedmont; with 0 both libraries have their settings and nothing else. */
  readonly patrons: number;
  /** Titles of each library's catalogue. */
  readonly titles: number;
}

/**
 * Makes the sample libraries on the first start: their people and clients, their settings, then titles and patrons, by the
 * same calls as any library's. Killed half way, the next start goes on. Afterwards what is there is left alone.
 *
 * @throws if an import does not take every line
 */
export async function makeSamples({ dataDir, patrons, titles, ...parts }: SampleOptions): Promise<void> {
  const { url } = parts;
  const file = join(dataDir, "samples.json");
  const progress: Progress = (await readProgress(file)) ?? { done: false, patrons, imports: {} };
  if (progress.members !== true) {
    await makeMembers(parts);
    progress.members = true;
    await writeKept(file, progress);
  }
  if (progress.done) return;
  for (const { library, ...settings } of sampleLibraries) {
    const token = await signIn(url, `${library}-administrator`);
    await call(url, token, "PUT", "/v1/library", JSON.stringify(settings));
  }
  if (progress.patrons > 0) {
    let saving: Promise<void> = Promise.resolve();
    const save = async () => {
      saving = saving.then(async () => await writeKept(file, progress));
      await saving;
    };
    await Promise.all(sampleLibraries.map(async (library) => await fill(url, library, titles, progress, save)));
  }
  await writeKept(file, { ...progress, done: true });
}

/** Titles first: how many titles wait for a patron in each medium is counted when the patron comes in. */
async function fill(
  url: string,
  library: Library,
  titles: number,
  progress: Progress,
  save: () => Promise<void>,
): Promise<void> {
  const token = await signIn(url, `${library.library}-administrator`);
  for (const kind of ["titles", "patrons"] as const) {
    const name = `${library.library} ${kind}`;
    const known = progress.imports[name];
    // One that did not take everything is made again: lines that are in already are left alone.
    if (known !== undefined && (await waitForImport(url, token, known)) === "COMPLETED") continue;
    await sendImport(url, token, kind, linesOf(kind, library, titles, progress.patrons), async (importId) => {
      progress.imports[name] = importId;
      await save();
    });
  }
}

function linesOf(kind: ImportKind, library: Library, titles: number, patrons: number): string {
  const count = library.library === "lakeshore" ? lakeshorePatrons : patrons;
  const catalogue = generateTitles({ count: titles, seed });
  const records = kind === "titles" ? catalogue : generatePatrons({ library, count, seed, titles: catalogue });
  let text = "";
  for (const record of records)
    text += `${JSON.stringify(record)}
`;
  return text;
}

async function readProgress(file: string): Promise<Progress | undefined> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const progress = parseKept(text, progressSchema);
  if (progress !== undefined) return progress;
  const settled = { done: true, members: true, patrons: 0, imports: {} } satisfies Progress;
  throw new DamagedFolder(
    file,
    `cannot be read. Put a copy from before in its place or, where the samples were in, write ${JSON.stringify(settled)} into it`,
  );
}
