/** Digits in the names of numbered objects: they sort by their number up to 100,000 of them. */
const digits = 5;

/** The name of a numbered object of a job, such as the result of a chunk; its format follows after a point. */
export function objectName(number: number, format: "json" | "jsonl"): string {
  return `${String(number).padStart(digits, "0")}.${format}`;
}

/**
 * The number in the key of a numbered object, whatever its format.
 *
 * @throws Error where the key is not one of a numbered object: it must not be counted as one.
 */
export function numberOfObject(key: string): number {
  const number = /(?:^|\/)(\d+)\.(?:json|jsonl)$/.exec(key)?.[1];
  if (number === undefined) throw new Error(`${key} is not the key of a numbered object`);
  return Number(number);
}
