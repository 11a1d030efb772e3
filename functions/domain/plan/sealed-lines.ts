import { hash } from "node:crypto";
import type { PatronId } from "#domain/ids";
import { type PlanLine, patronGone } from "./plan.ts";

/**
 * How the lines of a chunk stand in a plan, and what its hash is over.
 *
 * 1: as they are; the hash is over their text (version 0.1.0). 2: each begins with a salt of its own; the hash is over
 * the hashes of the lines, so that a line can be erased and leave its hash: what was sealed is still known to be the same.
 * In a chunk of format 1 an erased line leaves the hash of the chunk as well. Nothing was salted there: who has all other
 * lines could try names out against it, until the evidence ends.
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
  /** Of a chunk whose hash is over its text: what it was, and the hash over the hashes of its lines, which erasing keeps. */
  readonly chunk?: { readonly was: string; readonly lines: string };
}

function isErased(line: object): line is ErasedLine {
  return "erased" in line;
}

/** What is left of a sealed line when its patron is erased: hash, place and id. Erasing it again changes nothing. */
export function erasedLine(text: string, chunk?: ErasedLine["chunk"]): string {
  const { line, patronId }: PlanLine = JSON.parse(text);
  const left: ErasedLine = { erased: lineHash(text), line, patronId, ...(chunk !== undefined && { chunk }) };
  return JSON.stringify(left);
}

/**
 * The lines of a chunk without what they say of a patron. The chunk's hash stays what it was.
 *
 * @returns undefined where nothing of the patron stands in them, or nothing any more
 */
export function withoutPatron(lines: readonly string[], format: number, patronId: string): string[] | undefined {
  const isOfPatron = (text: string) => {
    // Nearly no line is, and parsing them all would take longer than all else.
    if (!text.includes(`"patronId":"${patronId}"`)) return false;
    const found: PlanLine | ErasedLine = JSON.parse(text);
    return found.patronId === patronId && !isErased(found);
  };
  const places = lines.flatMap((text, place) => (isOfPatron(text) ? [place] : []));
  if (places.length === 0) return undefined;
  const chunk = format === 1 ? { was: chunkHash(lines, 1), lines: overLines(lines) } : undefined;
  const left = [...lines];
  for (const place of places) left[place] = erasedLine(lines[place] ?? "", chunk);
  return left;
}

/** SHA-256 over a sealed line, its salt first; of an erased line the hash that it left. */
export function lineHash(text: string): string {
  return erasedIn(text)?.erased ?? hash("sha256", text);
}

function erasedIn(text: string): ErasedLine | undefined {
  // Only what begins so is looked into: nearly every line is as it was sealed.
  if (!text.startsWith('{"erased":')) return undefined;
  const left: object = JSON.parse(text);
  return isErased(left) ? left : undefined;
}

/** The hash of a chunk of a plan over its lines as they stand. */
export function chunkHash(lines: readonly string[], format: number): string {
  if (format !== 1) return overLines(lines);
  const kept = lines.map(erasedIn).find((it) => it !== undefined)?.chunk;
  if (kept === undefined) return hash("sha256", lines.map((text) => `${text}\n`).join(""));
  const found = overLines(lines);
  return found === kept.lines ? kept.was : found;
}

function overLines(lines: readonly string[]): string {
  return hash("sha256", lines.map(lineHash).join("\n"));
}

/** A line as it was planned. An erased one is of a patron who is no longer there, and no name is known. */
export function readLine(text: string): PlanLine {
  const found: PlanLine | ErasedLine = JSON.parse(text);
  if (!isErased(found)) return found;
  const { line, patronId } = found;
  return { line, patronId, before: {}, after: {}, warnings: [], erased: true, ...patronGone };
}
