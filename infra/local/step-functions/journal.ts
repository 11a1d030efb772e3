import { type FileHandle, mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * An append-only file of JSON lines. What is appended is handed to the operating system at once, many lines in one
 * write, so that it outlives the process; only sync() waits for the disk. A last line without its line break is what
 * a crash left of a write and does not count.
 */
export class Journal {
  readonly #file: FileHandle;
  readonly #folder: string;
  #pending = "";
  #writing: Promise<void> | undefined;
  #failure: unknown;

  private constructor(file: FileHandle, folder: string) {
    this.#file = file;
    this.#folder = folder;
  }

  /**
   * Makes a new journal. It is on disk after publish().
   *
   * @throws Error with code EEXIST where the file is there already.
   */
  static async create(path: string, first: unknown): Promise<Journal> {
    await mkdir(dirname(path), { recursive: true });
    const journal = new Journal(await open(path, "ax"), dirname(path));
    journal.append(first);
    return journal;
  }

  /** Opens a journal to go on with it; what a crash tore is cut off first. */
  static async reopen(path: string): Promise<Journal> {
    const { length } = readable(await readFile(path));
    const file = await open(path, "r+");
    await file.truncate(length);
    await file.close();
    return new Journal(await open(path, "a"), dirname(path));
  }

  /** Adds a line. A write that fails is reported by the next sync() or close(). */
  append(record: unknown): void {
    this.#pending += `${JSON.stringify(record)}\n`;
    this.#writing ??= this.#write();
  }

  /** Returns when every line appended so far is on disk. */
  async sync(): Promise<void> {
    await this.#drain();
    await this.#file.datasync();
  }

  /** Returns when the file's name is on disk too, with every line appended so far. */
  async publish(): Promise<void> {
    await this.sync();
    await syncFolder(this.#folder);
  }

  async close(): Promise<void> {
    try {
      await this.#drain();
    } finally {
      await this.#file.close();
    }
  }

  async #drain(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #write(): Promise<void> {
    try {
      // One turn later, so that all lines of one step go out in one write.
      await Promise.resolve();
      while (this.#pending !== "") {
        const lines = this.#pending;
        this.#pending = "";
        await this.#file.appendFile(lines);
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#writing = undefined;
    }
  }
}

/** The lines of a journal, parsed, up to its end or to what a crash left of its end. */
export async function readJournal(path: string): Promise<unknown[]> {
  return readable(await readFile(path)).lines;
}

/** After a loss of power, lines that were never waited for may be there in part: the first such line is the end. */
function readable(content: Buffer): { lines: unknown[]; length: number } {
  const lines: unknown[] = [];
  let length = 0;
  for (let at = content.indexOf("\n"); at >= 0; at = content.indexOf("\n", length)) {
    try {
      lines.push(JSON.parse(content.toString("utf8", length, at)));
    } catch {
      break;
    }
    length = at + 1;
  }
  return { lines, length };
}

/**
 * The first and the last whole line of a journal, without reading what lies between; the last is undefined where it
 * is longer than what is looked at (4 KiB), or is the first one. `begun` is false where a crash left no whole line.
 */
export async function readEnds(path: string): Promise<{ first: unknown; last: unknown; begun: boolean }> {
  const file = await open(path, "r");
  try {
    const size = 4096;
    const head = await readAt(file, 0, size);
    const { size: length } = await file.stat();
    const tail = await readAt(file, Math.max(0, length - size), size);
    const lastBreak = tail.lastIndexOf("\n", tail.lastIndexOf("\n") - 1);
    return {
      begun: head.includes("\n"),
      first: readable(head).lines[0],
      last: readable(tail.subarray(lastBreak + 1)).lines[0],
    };
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
