/**
 * Size of an item as DynamoDB counts it: the UTF-8 bytes of attribute names and values, with some bytes for each list,
 * map and number.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: object): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}

export function valueBytes(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const [type, content]: [string, unknown] = Object.entries(value)[0] ?? ["", undefined];
  switch (type) {
    case "S":
      return Buffer.byteLength(String(content));
    case "N":
      return numberBytes(String(content));
    case "B":
      return Math.floor((String(content).length * 3) / 4);
    case "BOOL":
    case "NULL":
      return 1;
    case "SS":
      return sum(Array.isArray(content) ? content.map((one) => Buffer.byteLength(String(one))) : []);
    case "NS":
      return sum(Array.isArray(content) ? content.map((one) => numberBytes(String(one))) : []);
    case "L":
      return 3 + sum(Array.isArray(content) ? content.map((one) => 1 + valueBytes(one)) : []);
    case "M": {
      const entries = typeof content === "object" && content !== null ? Object.entries(content) : [];
      return 3 + sum(entries.map(([name, one]) => 1 + Buffer.byteLength(name) + valueBytes(one)));
    }
    default:
      return 0;
  }
}

function numberBytes(text: string): number {
  return Math.ceil(text.replace(/[-.]/g, "").replace(/0+$/, "").length / 2) + 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}

const readUnit = 4096;
const writeUnit = 1024;

/** Units of a read: one for each 4 KB begun, half where it need not be consistent; at least one item's worth. */
export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / readUnit)) * (consistent ? 1 : 0.5);
}

/** Units of a write: one for each KB begun. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / writeUnit));
}
