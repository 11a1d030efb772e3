import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * Files that are either wholly there or not there, also after `kill -9` or a power cut: written aside, brought to disk,
 * renamed into place, and the directory brought to disk as well.
 */
export class DurableFiles {
  readonly #aside: string;
  readonly #directories = new Map<string, Promise<void>>();
  readonly #comingSyncs = new Map<string, Promise<void>>();

  /** @param aside directory for files being written, on the same file system as where they go */
  constructor(aside: string) {
    this.#aside = aside;
  }

  /** Removes what an earlier process did not finish. */
  async clear(): Promise<void> {
    await mkdir(this.#aside, { recursive: true });
    const left = await readdir(this.#aside);
    await Promise.all(left.map((name) => rm(join(this.#aside, name), { force: true, recursive: true })));
  }

  /** Writes a file aside and closes it on disk; on failure nothing is left. Give the result to `moveIn` or `discard`. */
  async writeAside(write: (file: FileHandle) => Promise<void>): Promise<string> {
    const path = join(this.#aside, randomUUID());
    const file = await open(path, "wx");
    try {
      await write(file);
      await file.sync();
      await file.close();
      return path;
    } catch (error) {
      await file.close().catch(() => undefined);
      await this.discard(path);
      throw error;
    }
  }

  async discard(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  async moveIn(from: string, to: string): Promise<void> {
    await this.directory(dirname(to));
    await rename(from, to);
    await this.#sync(dirname(to));
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true, recursive: true });
    await this.#sync(dirname(path));
  }

  /** Makes a directory with all above it; each is made and brought to disk once, however many writers wait for it. */
  directory(path: string): Promise<void> {
    let made = this.#directories.get(path);
    if (made === undefined) {
      made = this.#make(path).catch((error: unknown) => {
        this.#directories.delete(path);
        throw error;
      });
      this.#directories.set(path, made);
    }
    return made;
  }

  async #make(path: string): Promise<void> {
    try {
      await mkdir(path);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EEXIST") return;
      if (code !== "ENOENT") throw error;
      await this.directory(dirname(path));
      return this.#make(path);
    }
    await this.#sync(dirname(path));
  }

  /** Writers that wait for the same directory at the same time share one flush of it. */
  #sync(directory: string): Promise<void> {
    let coming = this.#comingSyncs.get(directory);
    if (coming === undefined) {
      coming = this.#syncSoon(directory);
      this.#comingSyncs.set(directory, coming);
    }
    return coming;
  }

  async #syncSoon(directory: string): Promise<void> {
    await nextTurn();
    this.#comingSyncs.delete(directory);
    // Windows cannot open a directory, and needs no flush of it.
    if (process.platform === "win32") return;
    const handle = await open(directory, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
