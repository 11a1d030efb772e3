import { chmod, mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DamagedFolder, parseKept, writeKept } from "./kept-file.ts";

const port = z.int().min(1).max(65_535);
const schema = z.object({
  format: z.literal(1),
  /** The ports that links given out name: of the product itself, and of S3. */
  ports: z.object({ origin: port.optional(), s3: port.optional() }),
  /** Files and folders that were in the folder when its product came up: from then on they must be there. */
  holds: z.array(z.string()).optional(),
  /** True once people and clients are kept here, where a product wrote no list yet of what the folder holds. */
  directory: z.literal(true).optional(),
});
type Kept = z.infer<typeof schema>;

/** What follows for who goes on without it, by the first part of its path. Nobody can go on without the others. */
const withoutIt: Readonly<Record<string, string>> = {
  "credentials.json": "links handed out before are then void",
  [join("identity", "keys.json")]: "everybody then signs in again",
  s3: "plans, outcomes and files that were kept there are then gone",
  "step-functions": "what was at work is then begun again, and nothing is written twice",
  "samples.json": "the sample libraries then get their settings and records anew",
};

/** The folder in which everything is that must outlive a restart. */
export interface DataDir {
  readonly path: string;
  /** True at the first start; at any later one what was made must be there. */
  readonly isNew: boolean;
  readonly ports: Readonly<Kept["ports"]>;
  /**
   * Looks whether all is there that an earlier product left here. To be called before anything is made.
   *
   * @throws DamagedFolder
   */
  check(): Promise<void>;
  /**
   * Notes that the folder is in use, by which ports it is reached, and what it holds.
   *
   * @param holds paths in it; those that are there must be there at every later start
   */
  keep(ports: Kept["ports"], holds: readonly string[]): Promise<void>;
}

/**
 * Opens DATA_DIR, made where it is not there. It is its owner's alone: it says who is blind or print disabled.
 *
 * @throws DamagedFolder where an earlier product's notes cannot be read.
 */
export async function openDataDir(path: string): Promise<DataDir> {
  await makeFolder(path);
  const file = join(path, "product.json");
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  const kept = text === undefined ? undefined : parseKept(text, schema);
  if (text !== undefined && kept === undefined) {
    throw new DamagedFolder(file, "cannot be read. Remove it: ports are chosen anew, and nothing else is lost");
  }
  // Version 0.1.0 wrote no notes, but it wrote this once the samples were in.
  const isNew = kept === undefined && !(await exists(join(path, "samples.json")));
  const { ports = {}, holds = isNew ? [] : heldEarlier(kept?.directory === true) } = kept ?? {};
  const write = (value: Kept) => writeKept(file, value);
  return {
    path,
    isNew,
    ports,
    async check() {
      const [lost] = await absentOf(path, holds);
      if (lost === undefined) return;
      // So that a list is there from which it can be taken out.
      await write({ format: 1, ports, holds });
      throw new DamagedFolder(join(path, lost), `is not there. ${mendOf(lost, file)}`);
    },
    async keep(present, candidates) {
      const absent = await absentOf(path, candidates);
      await write({ format: 1, ports: present, holds: candidates.filter((one) => !absent.includes(one)) });
    },
  };
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await chmod(path, 0o700);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new DamagedFolder(path, `cannot be used as a folder (${code}). Set DATA_DIR to a folder of your own`);
  }
}

/** What a product must have left that wrote no list of it. The database has a look of its own. */
function heldEarlier(hadDirectory: boolean): string[] {
  const sinceDirectory = ["credentials.json", join("identity", "directory.json")];
  return ["s3", join("identity", "keys.json"), ...(hadDirectory ? sinceDirectory : [])];
}

async function absentOf(path: string, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map(async (name) => ({ name, isThere: await exists(join(path, name)) })));
  return found.filter(({ isThere }) => !isThere).map(({ name }) => name);
}

function mendOf(lost: string, notes: string): string {
  const then = Object.entries(withoutIt).find(([begin]) => lost === begin || lost.startsWith(join(begin, "/")))?.[1];
  const copy = "Put a copy from before in its place";
  return then === undefined ? copy : `${copy}, or take ${JSON.stringify(lost)} out of the list in ${notes}: ${then}`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

export async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
