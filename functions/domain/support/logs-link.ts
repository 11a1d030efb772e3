/** Where log lines are looked for in CloudWatch. */
export interface LogPlace {
  readonly region: string;
  /** Names of log groups, at most 50. */
  readonly groups: readonly string[];
}

/** Whose lines, and of which time: both ends included. */
export interface LogSearch {
  readonly job?: string | undefined;
  readonly requestId?: string | undefined;
  readonly from: Date;
  readonly to: Date;
}

/** Milliseconds before and after a search in which clocks may differ and the last lines are still written. */
const margin = 60_000;

/**
 * The address of CloudWatch Logs Insights with the query filled in: one click, then Run. An id that could end the text it
 * stands in is left out of it, for nobody's input becomes a query.
 */
export function logsLink({ region, groups }: LogPlace, { job, requestId, from, to }: LogSearch): string {
  const wanted = Object.entries({ job, requestId }).flatMap(([field, id]) =>
    id !== undefined && /^[A-Za-z0-9._=-]{1,128}$/.test(id) ? [`${field} = "${id}"`] : [],
  );
  const query = [
    "fields @timestamp, level, message, library, job, task, chunk, attempt, error, milliseconds",
    ...(wanted.length === 0 ? [] : [`filter ${wanted.join(" or ")}`]),
    "sort @timestamp asc",
    "limit 1000",
  ].join("\n| ");
  const detail = {
    end: new Date(to.getTime() + margin).toISOString(),
    start: new Date(from.getTime() - margin).toISOString(),
    timeType: "ABSOLUTE",
    tz: "UTC",
    editorString: query,
    source: groups,
  };
  // The page keeps its state behind the #, encoded twice, with $ in the place of %.
  const state = encodeURIComponent(`?queryDetail=${encodeURIComponent(written(detail))}`).replaceAll("%", "$");
  const host = `https://${region}.console.aws.amazon.com`;
  return `${host}/cloudwatch/home?region=${region}#logsV2:logs-insights${state}`;
}

/** In the notation of the AWS console: (name~value), lists without names, texts after an apostrophe. */
function written(value: string | readonly string[] | Readonly<Record<string, string | readonly string[]>>): string {
  if (typeof value === "string") return `~'${escaped(value)}`;
  // Safe: what is a list is not a record, which TypeScript does not see of a list that is readonly.
  if (Array.isArray(value)) return `~(${value.map((one: string) => written(one)).join("")})`;
  return `~(${Object.entries(value)
    .map(([name, one]) => `${name}${written(one)}`)
    .join("~")})`;
}

function escaped(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_.-]/g, (sign) => {
    const code = sign.charCodeAt(0);
    return code < 256 ? `*${code.toString(16).padStart(2, "0")}` : `**${code.toString(16).padStart(4, "0")}`;
  });
}
