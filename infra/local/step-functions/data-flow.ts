import { type Data, type Path, readPath, writePath } from "./path.ts";
import type { PayloadTemplate } from "./payload-template.ts";
import { StatesError } from "./states-error.ts";

/** AWS ends a state whose output is larger than 256 KiB; here the same, so that it does not first show in the cloud. */
export const dataLimit = 256 * 1024;

interface WithPaths {
  readonly InputPath?: Path | null | undefined;
  readonly OutputPath?: Path | null | undefined;
}
interface WithResult extends WithPaths {
  readonly ResultPath?: Path | null | undefined;
  readonly ResultSelector?: PayloadTemplate | undefined;
}

/** The part of its input that a state works on. */
export function effectiveInput(state: WithPaths, data: Data): unknown {
  return select("InputPath", state.InputPath, data);
}

/** The output of a state that yields no result of its own, made of its effective input. */
export function passedOn(state: WithPaths, data: Data): unknown {
  return withinLimit(select("OutputPath", state.OutputPath, { ...data, input: effectiveInput(state, data) }));
}

/** The output of a state with a result: selected, put into the state's raw input, and cut to its OutputPath. */
export function resultOutput(state: WithResult, data: Data, result: unknown): unknown {
  const selected = state.ResultSelector === undefined ? result : state.ResultSelector({ ...data, input: result });
  const combined = combine(state.ResultPath, data.input, selected);
  return withinLimit(select("OutputPath", state.OutputPath, { ...data, input: combined }));
}

/** Absent, the result takes the input's place; null, it is thrown away; else it goes where the path says. */
export function combine(path: Path | null | undefined, input: unknown, result: unknown): unknown {
  if (path === null) return input;
  return path === undefined ? result : writePath(path, input, result);
}

function select(field: string, path: Path | null | undefined, data: Data): unknown {
  if (path === undefined) return data.input;
  if (path === null) return {};
  const value = readPath(path, data);
  if (value === undefined)
    throw new StatesError("States.Runtime", `Invalid ${field} '${path.source}': no value there.`);
  return value;
}

function withinLimit(output: unknown): unknown {
  // A short look first: most outputs are small, and characters are at most three bytes each.
  const text = JSON.stringify(output) ?? "";
  if (text.length * 3 > dataLimit && Buffer.byteLength(text) > dataLimit) {
    throw new StatesError("States.DataLimitExceeded", `The state's output is larger than ${dataLimit} bytes.`);
  }
  return output;
}
