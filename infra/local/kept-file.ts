import { rename, writeFile } from "node:fs/promises";
import type { z } from "zod";

/** Something in DATA_DIR that a product cannot start without is lost or damaged: one sentence that says what to do. */
export class DamagedFolder extends Error {
  constructor(file: string, whatAndThen: string) {
    super(`${file} ${whatAndThen}.`);
    this.name = "DamagedFolder";
  }
}

/** Undefined where the text is not JSON of that shape. */
export function parseKept<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Writes JSON whole or not at all, on disk when this returns, for its owner's eyes alone. */
export async function writeKept(file: string, value: unknown): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}
