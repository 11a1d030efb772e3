import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { openTemplate } from "../infra/template/open-template.ts";
import { monthlyPrices, prices } from "./meter/prices.ts";

/** What ten libraries do in a month, so far as it costs something. */
const usage = {
  libraries: 10,
  /** Of each library, as all numbers below. */
  patrons: 20_000,
  updatesOfAll: 4,
  undosOfAll: 1,
  queries: 40,
  importsOfAll: 30,
  requests: 20_000,
  /** A machine client that works all day asks each hour. */
  machineTokens: 720,
  /** Kilobytes in the table for each patron: records, reading list, queue, history. */
  patronKb: 6,
  bucketGb: 0.5,
  logGb: 0.2,
} as const;

const docs = resolve(import.meta.dirname, "../../docs");

/** Dollars for 100,000 patrons, by kind of work, as the bench metered them. */
async function metered(kind: string): Promise<number> {
  const table = await readFile(join(docs, "benchmarks.md"), "utf8");
  const row = new RegExp(`^\\| ${kind} \\|(.+)\\|$`, "m");
  const cells = [...table.matchAll(new RegExp(row, "gm"))].map(([, found = ""]) =>
    found.split("|").map((it) => it.trim()),
  );
  const total = cells.find((found) => found.length === 10)?.[7];
  return z.coerce.number().positive().parse(total);
}

/** Metrics that the stack's alarms look at. */
async function alarmMetrics(): Promise<number> {
  const { allOf } = await openTemplate();
  const metrics = z.array(z.looseObject({ MetricStat: z.unknown().optional() })).optional();
  return allOf("AWS::CloudWatch::Alarm").reduce((sum, { properties }) => {
    const looked = metrics.parse(properties["Metrics"])?.filter(({ MetricStat }) => MetricStat !== undefined).length;
    return sum + (looked ?? 1);
  }, 0);
}

/** Metrics of the product's own that it publishes, by name and function: about as many as the dashboard shows. */
const ownMetrics = 40;
const sweepsAMonth = 60 * 24 * 30;
/** Gigabyte seconds of a sweep that finds nothing, and of a request. */
const sweepGbSeconds = 0.35;
const requestGbSeconds = 0.1;

/** Rows of what a month costs in dollars, with its sum. */
export async function month(): Promise<{ readonly what: string; readonly dollars: number }[]> {
  const { libraries, patrons } = usage;
  const all = libraries * patrons;
  const tableGb = (all * usage.patronKb) / 1e6;
  const perHundredThousand = all / 100_000;
  const calls = (count: number, gbSeconds: number) =>
    count * (prices.perLambdaRequest + gbSeconds * prices.perLambdaGbSecond);
  const requests = libraries * usage.requests;
  const rows = [
    ["Updates with filling", (await metered("update with filling")) * perHundredThousand * usage.updatesOfAll],
    ["Undo", (await metered("undo")) * perHundredThousand * usage.undosOfAll],
    ["Query sets", (await metered("query")) * perHundredThousand * usage.queries],
    // Core and medium record of each are read, and found to be as they are.
    ["Nightly imports that change little", all * usage.importsOfAll * 2 * prices.perReadUnit],
    ["Requests", requests * (prices.perApiRequest + 3 * prices.perReadUnit) + calls(requests, requestGbSeconds)],
    ["The sweep, each minute", calls(sweepsAMonth, sweepGbSeconds) + sweepsAMonth * 3 * prices.perReadUnit],
    ["Table, with recovery to any second", tableGb * (monthlyPrices.perTableGb + monthlyPrices.perTableBackupGb)],
    ["Bucket", libraries * usage.bucketGb * monthlyPrices.perBucketGb],
    ["Logs", libraries * usage.logGb * monthlyPrices.perLogGb],
    [
      "Alarms, metrics, dashboard",
      (await alarmMetrics()) * monthlyPrices.perAlarmMetric +
        ownMetrics * monthlyPrices.perMetric +
        monthlyPrices.perDashboard,
    ],
    ["Key", monthlyPrices.perKey],
    ["Tokens of machine clients", libraries * usage.machineTokens * monthlyPrices.perMachineToken],
    ["Firewall, where a stage has one", monthlyPrices.perFirewall + 2 * monthlyPrices.perFirewallRule],
  ] as const;
  const sum = rows.reduce((total, [, dollars]) => total + dollars, 0);
  return [...rows, ["Sum", sum] as const].map(([what, dollars]) => ({ what, dollars }));
}

/** The table as it stands in the guide. */
async function monthTable(): Promise<string> {
  const rows = (await month()).map(({ what, dollars }) => `| ${what} | ${dollars.toFixed(2)} |`);
  return ["| what | $ a month |", "|---|---|", ...rows].join("\n");
}

if (import.meta.main) process.stdout.write(`${await monthTable()}\n`);
