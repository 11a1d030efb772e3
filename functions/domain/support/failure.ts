/** Why a chunk of a job could not be worked on, after all its tries. */
export interface ChunkFailure {
  readonly execution: string;
  readonly chunk: number;
  /** Tries that ended in errors of this kind. */
  readonly tries: number;
  /** The error's name. */
  readonly error: string;
  /** How it came about: names and places in the code, no values. */
  readonly cause: string;
  readonly startedAt: string;
  readonly stoppedAt: string;
}

export const troubleKinds = ["ACCESS", "THROTTLE", "TIMEOUT", "CRASH", "CONNECTION", "DATA", "CODE"] as const;
export type TroubleKind = (typeof troubleKinds)[number];

/** What kind of trouble an error is, by its name as Lambda, Step Functions and the SDK give it. The first that fits. */
const signs: readonly (readonly [TroubleKind, RegExp])[] = [
  [
    "ACCESS",
    /AccessDenied|NotAuthorized|UnauthorizedOperation|UnrecognizedClient|InvalidSignature|ExpiredToken|^KMS|^AuthorizationError/i,
  ],
  ["THROTTLE", /Throttl|TooManyRequests|ProvisionedThroughputExceeded|RequestLimitExceeded|LimitExceeded|SlowDown/i],
  ["TIMEOUT", /Time?d?-?out|TimedOut|ETIMEDOUT|HeartbeatTimeout|AbortError/i],
  ["CRASH", /^Lambda\.Unknown$|^Runtime\.|^Sandbox\.|OutOfMemory|ExitError/i],
  [
    "CONNECTION",
    /^E[A-Z]{3,}$|NetworkingError|ServiceException$|InternalServer|InternalError|ServiceUnavailable|SdkClientException|NoAnswer/,
  ],
  ["DATA", /ZodError|SyntaxError|^Lost$|LaterFormat|^Validation(Exception|Error)$|ItemCollectionSize/i],
];

export function troubleOf(error: string): TroubleKind {
  return signs.find(([, sign]) => sign.test(error))?.[0] ?? "CODE";
}

/** What each kind means, to stand behind an error's name. */
export const troubleWords: Readonly<Record<TroubleKind, string>> = {
  ACCESS: "a right is missing",
  THROTTLE: "AWS had no capacity for it",
  TIMEOUT: "it took too long",
  CRASH: "the function died",
  CONNECTION: "a service did not answer as it should",
  DATA: "something stored cannot be read or written as it is",
  CODE: "the program made a mistake",
};

/** How often each error was met, by its name. */
export function countErrorNames(errors: Iterable<string>): Record<string, number> {
  const counts = new Map<string, number>();
  for (const error of errors) counts.set(error, (counts.get(error) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Told = Pick<ChunkFailure, "chunk" | "error" | "tries">;

/** An error with what it means: `AccessDeniedException (a right is missing)`. */
export function errorInWords(error: string): string {
  return `${error} (${troubleWords[troubleOf(error)]})`;
}

/** One failure in words: `AccessDeniedException (a right is missing) in chunk 3, after 5 tries`. */
export function failureInWords({ error, chunk, tries }: Told): string {
  return `${errorInWords(error)} in chunk ${chunk}, after ${triesInWords(tries)}`;
}

function triesInWords(tries: number): string {
  return tries === 1 ? "1 try" : `${tries} tries`;
}

/** Chunks that are named one by one. */
const mostNamed = 5;

/**
 * Failures in words, those of one error together.
 *
 * @example
 * failuresInWords([{ error: "States.Timeout", chunk: 3, tries: 5 }, { error: "States.Timeout", chunk: 4, tries: 5 }])
 * // "States.Timeout (it took too long) in chunks 3 and 4, after 5 tries"
 */
export function failuresInWords(failures: Iterable<Told>): string {
  const byError = Map.groupBy(failures, ({ error }) => error);
  const parts = [...byError].map(([error, its]) => {
    const [only] = its;
    if (its.length === 1 && only !== undefined) return failureInWords(only);
    const chunks = its.map(({ chunk }) => chunk).toSorted((a, b) => a - b);
    const tries = Math.max(...its.map((it) => it.tries));
    return `${errorInWords(error)} in ${chunksInWords(chunks)}, after ${triesInWords(tries)}`;
  });
  return parts.join("; ");
}

/**
 * Why a job did not come to its end, to stand at the end of a sentence: what its chunks failed by or, where none left word,
 * what ended its workflow. Empty where neither is known.
 */
export function whyInWords(failures: Iterable<Told>, broken: string | undefined): string {
  const told = failuresInWords(failures) || (broken && errorInWords(broken));
  return told === undefined ? "" : `: ${told}`;
}

function chunksInWords(chunks: readonly number[]): string {
  const named = chunks.slice(0, mostNamed);
  const more = chunks.length - named.length;
  if (more > 0) return `chunks ${named.join(", ")} and ${more} more`;
  return `chunks ${named.slice(0, -1).join(", ")} and ${named.at(-1)}`;
}
