import { chmod, mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DamagedFolder, parseKept, writeKept } from "./kept-file.ts";

const port = z.int().min(1).max(65_535);
const schema = z.object({
  format: z.literal(1),
  /** The ports that links given out name: of the product itself, and of S3. */
  ports: z.object({ origin: port.optional(), s3: port.optional() }),
  /** True once people and clients are kept here: from then on they must be there. */
  directory: z.literal(true).optional(),
});
type Kept = z.infer<typeof schema>;

/** The folder in which everything is that must outlive a restart. */
export interface DataDir {
  readonly path: string;
  /** True at the first start; at any later one what was made must be there. */
  readonly isNew: boolean;
  readonly ports: Readonly<Kept["ports"]>;
  /** True where an earlier product kept people and clients here. */
  readonly hasDirectory: boolean;
  /** Notes that the folder is in use, and by which ports it is reached. */
  keep(ports: Kept["ports"]): Promise<void>;
}

/**
 * Opens DATA_DIR, made where it is not there. It is its owner's alone: it says who is blind or print disabled.
 *
 * @throws DamagedFolder where an earlier product's notes cannot be read.
 */
export async function openDataDir(path: string): Promise<DataDir> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
  const file = join(path, "product.json");
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  const kept = text === undefined ? undefined : parseKept(text, schema);
  if (text !== undefined && kept === undefined) {
    throw new DamagedFolder(file, "cannot be read. Remove it: ports are chosen anew, and nothing else is lost");
  }
  return {
    path,
    // Version 0.1.0 wrote no notes, but it wrote this once the samples were in.
    isNew: kept === undefined && !(await exists(join(path, "samples.json"))),
    ports: kept?.ports ?? {},
    hasDirectory: kept?.directory === true,
    keep: (ports) => writeKept(file, { format: 1, ports, directory: true } satisfies Kept),
  };
}

export async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
