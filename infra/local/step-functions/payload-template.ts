import { compileExpression } from "./intrinsic.ts";
import type { Data } from "./path.ts";
import { StatesError } from "./states-error.ts";

/** Makes a payload out of a state's data. */
export type PayloadTemplate = (data: Data) => unknown;

/**
 * Compiles Parameters, ItemSelector, ResultSelector and their like: constants, and fields whose name ends in `.$`
 * and whose value is a path or an intrinsic function.
 *
 * @throws Error with one sentence where a field ending in `.$` holds something else.
 */
export function compileTemplate(source: unknown): PayloadTemplate {
  if (Array.isArray(source)) {
    const items = source.map(compileTemplate);
    return (data) => items.map((item) => item(data));
  }
  if (typeof source !== "object" || source === null) return () => source;
  const fields = Object.entries(source).map(([key, value]: [string, unknown]) => compileField(key, value));
  return (data) => Object.fromEntries(fields.map(({ key, make }) => [key, make(data)]));
}

function compileField(key: string, value: unknown): { key: string; make: PayloadTemplate } {
  if (!key.endsWith(".$")) return { key, make: compileTemplate(value) };
  if (typeof value !== "string") throw new Error(`the field ${key} has to hold a path or an intrinsic function`);
  const expression = compileExpression(value);
  const make: PayloadTemplate = (data) => {
    try {
      return expression(data);
    } catch (error) {
      if (!(error instanceof StatesError)) throw error;
      throw new StatesError(error.error, `${error.reason} It stands in the field ${key}.`);
    }
  };
  return { key: key.slice(0, -2), make };
}
