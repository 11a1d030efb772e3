import { readFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { root } from "#infra/bundles";
import { totalOf } from "./meter/bill.ts";
import { prices } from "./meter/prices.ts";
import type { Row } from "./row.ts";
import type { Costs } from "./rows/costing.ts";
import type { LargeLibrary } from "./rows/large-library.ts";

export interface Results {
  readonly rows: readonly Row[];
  readonly costs: readonly Costs[];
  readonly large: LargeLibrary | undefined;
  readonly rounds: number;
}

const packageSchema = z.looseObject({ version: z.string() });

async function versionOf(name: string): Promise<string> {
  const file = join(root, "node_modules", name, "package.json");
  return packageSchema.parse(JSON.parse(await readFile(file, "utf8"))).version;
}

/** The one table that the bench prints. */
export function rowsTable(rows: readonly Row[]): string {
  return table(
    ["what", "ours", "engine at work", "against", "theirs", "unit", "ratio", "spread", "reach", ""],
    rows.map((row) => [
      row.name,
      shown(row.ours),
      row.engineShare === undefined ? "" : `${Math.round(row.engineShare * 100)} %`,
      row.against,
      shown(row.other),
      row.unit,
      row.ratio.toFixed(2),
      row.spread === undefined ? "" : `${row.spread[0].toFixed(2)}-${row.spread[1].toFixed(2)}`,
      row.reach === undefined ? "for information" : `${row.direction} ${row.reach}`,
      row.reach === undefined ? "" : row.ok ? "ok" : "NOT REACHED",
    ]),
  );
}

/** The whole document of a run. */
export async function benchmarksDocument(results: Results, at: Date): Promise<string> {
  const processor = cpus()[0]?.model ?? "unknown processor";
  const machine = `${cpus().length} cores (${processor}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const versions = `Node ${process.versions.node}, DynamoDB engine @dynoxide/linux-x64 ${await versionOf("@dynoxide/linux-x64")}, AWS SDK ${await versionOf("@aws-sdk/client-dynamodb")}`;
  const { rows, costs, large, rounds } = results;
  return [
    "# Benchmarks",
    "Written by `npm run bench`; change the bench, not this file.",
    `${at.toISOString().slice(0, 10)}, ${machine}, ${versions}. Each ratio is the middle one of ${rounds} rounds, in each of which both were measured one after the other on the same engine; the spread is from the lowest to the highest. The engine is in memory unless the row says otherwise; it works on one thread, so where ours keeps it at work nearly all the time, only fewer or cheaper requests could be quicker. Absolute figures say little about AWS, and change with whatever else a machine does.`,
    rowsTable(rows),
    ...(costs.length > 0 ? [costSection(costs)] : []),
    ...(large !== undefined ? [largeSection(large)] : []),
  ]
    .join("\n\n")
    .concat("\n");
}

export function costSection(costs: readonly Costs[]): string {
  const services = Object.keys(costs[0]?.bill ?? {});
  const dollars = (value: number) => value.toFixed(4);
  return [
    "## Where the money goes",
    `Dollars for 100,000 patrons: requests of a real run, metered where the SDK sends them and priced by ${prices.region}'s public prices as of ${prices.date} (\`test/bench/meter/prices.ts\`, with sources), without free tiers. Time of functions is what they took here, one at a time. Storage, logs, keys and traffic are left out, on all sides.`,
    table(
      ["", ...services, "total", "naive design", "bare units"],
      costs.map(({ name, bill, naive, floor }) => [
        name,
        ...Object.values(bill).map(dollars),
        dollars(totalOf(bill)),
        dollars(naive),
        dollars(floor),
      ]),
    ),
    `The naive design is one Standard step and one Lambda call (10 ms at 256 MB) for each patron, and the bare units. The bare units are one read and one write of each record concerned, by its size; with filling also of the reading list and the service queue; of a query, one read for each patron. No design that reads and writes each record once can be cheaper than they are, so ${bounds(costs)} times cheaper than naive is the most there is.`,
  ].join("\n\n");
}

function bounds(costs: readonly Costs[]): string {
  return new Intl.ListFormat("en").format(costs.map(({ name, naive, floor }) => `${name} ${shown(naive / floor)}`));
}

export function largeSection({ patrons, steps, lists }: LargeLibrary): string {
  const processes = Object.keys(steps[0]?.peaks ?? {});
  return [
    `## ${patrons.toLocaleString("en")} patrons`,
    "The whole job in one product, on files, begun empty. Service queues are filled while patrons are still being written.",
    table(
      ["step", "s", "a second", ...processes.map((name) => `peak of ${name}, MiB`)],
      steps.map(({ name, seconds, count, peaks }) => [
        name,
        seconds.toFixed(1),
        shown(count / seconds),
        ...processes.map((process) => String(peaks[process] ?? "")),
      ]),
    ),
    ...listsTable(lists),
  ].join("\n\n");
}

function listsTable(lists: LargeLibrary["lists"]): string[] {
  const rows = Object.entries(lists).map(([name, milliseconds]) => [name, milliseconds.toFixed(0)]);
  if (rows.length === 0) return [];
  return ["Requests of the console's lists on that library, in milliseconds:", table(["list", "ms"], rows)];
}

function shown(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return value >= 1 ? value.toFixed(1) : value.toFixed(4);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
