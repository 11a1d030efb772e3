import { parseArgs } from "node:util";
import { z } from "zod";
import { watchForOrphanhood } from "./orphan.ts";
import { startProduct } from "./product.ts";
import { makeSamples } from "./samples.ts";
import { stepLines } from "./step-lines.ts";

const environmentSchema = z.object({
  PORT: wholeNumber(0, 65_535).default(4000),
  DATA_DIR: z.string().min(1, { error: "the path of a folder" }).default(".local"),
  SAMPLE_PATRONS: wholeNumber(0).default(2000),
  /** For tests, which have no use for a catalogue of that size in each of their products. */
  SAMPLE_TITLES: wholeNumber(1).default(5000),
  LAMBDA_CONCURRENCY: wholeNumber(1).default(4),
  FAULTS_MODULE: z.string().optional(),
  /** For tests of periods that nobody waits for. */
  CLOCK_OFFSET_SECONDS: z.coerce.number().int().optional(),
  /** For tests of what holds within a minute. */
  MEMBERSHIP_SECONDS: z.coerce.number().min(0).max(60).optional(),
});

/** Milliseconds after which stopping is over, whatever still runs: everything that counts is on disk. */
const longestStop = 10_000;

const environment = environmentSchema.safeParse(process.env);
if (!environment.success) fail(environment.error.issues.map(inWords).join(" "));
const {
  PORT,
  DATA_DIR,
  SAMPLE_PATRONS,
  SAMPLE_TITLES,
  LAMBDA_CONCURRENCY,
  FAULTS_MODULE,
  CLOCK_OFFSET_SECONDS,
  MEMBERSHIP_SECONDS,
} = environment.data;

// Files and folders are their owner's alone, those of the database engine too: they say who is blind.
process.umask(0o077);
const { values: given } = parseArgs({ options: { verbose: { type: "boolean", default: false } } });
const lines = stepLines(given.verbose);
let stopping = false;
const givingUp = new AbortController();
const starting = startProduct({
  port: PORT,
  dataDir: DATA_DIR,
  concurrency: LAMBDA_CONCURRENCY,
  ...(FAULTS_MODULE !== undefined && { preload: FAULTS_MODULE }),
  ...(CLOCK_OFFSET_SECONDS !== undefined && { clockOffsetSeconds: CLOCK_OFFSET_SECONDS }),
  ...(MEMBERSHIP_SECONDS !== undefined && { membershipSeconds: MEMBERSHIP_SECONDS }),
  signal: givingUp.signal,
  lines,
  onFailure: (reason) => {
    lines.step(reason);
    void stop(1);
  },
});

for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(0));
void watchForOrphanhood(() => void stop(0));
process.on("uncaughtException", (error) => {
  process.stderr.write(`The product stops: ${error.stack ?? error.message}\n`);
  void stop(1);
});

try {
  const { url, endpoints, userPool, noteWhatIsHeld } = await starting;
  lines.step("Looks for the sample libraries, and makes what is missing of them");
  await makeSamples({ url, endpoints, userPool, dataDir: DATA_DIR, patrons: SAMPLE_PATRONS, titles: SAMPLE_TITLES });
  await noteWhatIsHeld();
  process.stdout.write(`ready ${url}\n`);
} catch (error) {
  if (!stopping) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    await stop(1);
  }
}

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  givingUp.abort();
  setTimeout(() => process.exit(code), longestStop).unref();
  await starting.then((product) => product.close()).catch(() => undefined);
  process.exit(code);
}

/** What it refuses says what it takes. */
function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  const upTo = most === Number.MAX_SAFE_INTEGER ? "on" : `to ${most}`;
  const error = `a whole number from ${least} ${upTo}`;
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
}

function inWords({ path, message }: z.core.$ZodIssue): string {
  const name = path.join(".");
  return `${name} cannot be ${JSON.stringify(process.env[name])}. Set it to ${message}.`;
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
