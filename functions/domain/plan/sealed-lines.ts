import { hash } from "node:crypto";
import type { PatronId } from "#domain/ids";
import { type PlanLine, patronGone } from "./plan.ts";

/**
 * How the lines of a chunk stand in a plan, and what its hash is over.
 *
 * 1: as they are; the hash is over their text (version 0.1.0). 2: each begins with a salt of its own; the hash is over
 * the hashes of the lines, so that a line can be erased and leave its hash: what was sealed is still known to be the same.
 */
export const planFormat = 2;

/**
 * The text of a line in a plan.
 *
 * @param salt random, of 128 bits: without it the hash that an erased line leaves could be tried out, name by name
 */
export function sealedLine(line: PlanLine, salt: string): string {
  return JSON.stringify({ salt, ...line });
}

interface ErasedLine {
  readonly erased: string;
  readonly line: number;
  readonly patronId: PatronId;
}

function isErased(line: object): line is ErasedLine {
  return "erased" in line;
}

/** What is left of a sealed line when its patron is erased: hash, place and id. Erasing it again changes nothing. */
export function erasedLine(text: string): string {
  const { line, patronId }: PlanLine = JSON.parse(text);
  return JSON.stringify({ erased: lineHash(text), line, patronId } satisfies ErasedLine);
}

/** SHA-256 over a sealed line, its salt first; of an erased line the hash that it left. */
export function lineHash(text: string): string {
  // Only what begins so is looked into: nearly every line is as it was sealed.
  if (text.startsWith('{"erased":')) {
    const left: object = JSON.parse(text);
    if (isErased(left)) return left.erased;
  }
  return hash("sha256", text);
}

/** The hash of a chunk of a plan over its lines as they stand. */
export function chunkHash(lines: readonly string[], format: number): string {
  if (format === 1) return hash("sha256", lines.map((text) => `${text}\n`).join(""));
  return hash("sha256", lines.map(lineHash).join("\n"));
}

/** A line as it was planned. An erased one is of a patron who is no longer there, and no name is known. */
export function readLine(text: string): PlanLine {
  const found: PlanLine | ErasedLine = JSON.parse(text);
  if (!isErased(found)) return found;
  const { line, patronId } = found;
  return { line, patronId, lastName: "", before: {}, after: {}, warnings: [], erased: true, ...patronGone };
}
