/** What may be logged of an error. Patron data implies a disability, and messages of others may quote it. */
interface Cause {
  /** The error's name, or the code of what the operating system refused. */
  readonly error: string;
  /** Of our own errors alone, which name ids and numbers. Others may quote what they stumbled over. */
  readonly message?: string;
  /** The innermost places of the stack, without the message that it begins with. */
  readonly where?: readonly string[];
  readonly cause?: Cause;
}

/** Places of a stack that are logged: enough to find the line, and who asked for it. */
const mostPlaces = 6;

/** An error's name: what kind of trouble it was, without a word of what it was about. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return "Unknown";
  const isPlain = error.name === "Error" || error.name === "AggregateError";
  if (isPlain && "code" in error && typeof error.code === "string") return error.code;
  return error.name;
}

/** An error as it is logged: its name to search by, and how it came about. */
export function logged(error: unknown): { readonly error: string; readonly cause: Cause } {
  return { error: errorName(error), cause: causeOf(error) };
}

function causeOf(error: unknown): Cause {
  if (!(error instanceof Error)) return { error: errorName(error) };
  const isOurs = Object.getPrototypeOf(error) === Error.prototype && !("code" in error);
  const where = (error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, mostPlaces)
    .map((line) => line.trim());
  return {
    error: errorName(error),
    ...(isOurs && { message: error.message }),
    ...(where.length > 0 && { where }),
    ...(error.cause !== undefined && { cause: causeOf(error.cause) }),
  };
}

/**
 * An error as it may be kept outside the log: its name, the names of what caused it, our own words, and places in the code.
 * Whatever others say may quote values.
 */
export function withoutValues(error: unknown): Error {
  const cause = causeOf(error);
  const told = new Error(inWords(cause));
  told.name = cause.error;
  told.stack = [`${told.name}: ${told.message}`, ...(cause.where ?? []).map((place) => `    ${place}`)].join("\n");
  return told;
}

function inWords({ error, message, cause }: Cause): string {
  const itself = message ?? error;
  return cause === undefined ? itself : `${itself}; caused by ${inWords(cause)}`;
}
