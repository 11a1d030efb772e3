import fc from "fast-check";
import { expect, test } from "vitest";
import { logsLink } from "#domain/support/logs-link";

const from = new Date("2026-07-01T12:00:00Z");
const to = new Date("2026-07-01T12:05:00Z");
const place = { region: "us-east-1", groups: ["/aws/lambda/a", "Api-Logs_1"] };

/** Reads a link back as the AWS console does. */
function read(link: string): { region: string; query: string; groups: string[]; start: string; end: string } {
  const [, host = "", region = "", state = ""] =
    /^https:\/\/([a-z0-9-]+)\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=([a-z0-9-]+)#logsV2:logs-insights(.*)$/.exec(
      link,
    ) ?? [];
  expect(host).toBe(region);
  expect(state).toMatch(/^[A-Za-z0-9$_.!~*'()-]*$/);
  const [, detail = ""] = /^\?queryDetail=(.*)$/.exec(decodeURIComponent(state.replaceAll("$", "%"))) ?? [];
  const written = decodeURIComponent(detail);
  const text = (from: string) =>
    from.replaceAll(/\*\*([0-9a-f]{4})|\*([0-9a-f]{2})/g, (_, long?: string, short?: string) =>
      String.fromCharCode(Number.parseInt(long ?? short ?? "", 16)),
    );
  const named = (name: string) => text(new RegExp(`[(~]${name}~'([^~()]*)`).exec(written)?.[1] ?? "");
  const [, groups = ""] = /~source~\(([^)]*)\)/.exec(written) ?? [];
  return {
    region,
    query: named("editorString"),
    groups: groups.split("~'").slice(1).map(text),
    start: named("start"),
    end: named("end"),
  };
}

test("a link asks for one job's lines or one request's, in the log groups and the time that are meant", () => {
  const found = read(logsLink(place, { job: "01k2abc", requestId: "aB3=-x", from, to }));
  expect(found).toMatchObject({ region: "us-east-1", groups: place.groups });
  expect(found.query).toContain('filter job = "01k2abc" or requestId = "aB3=-x"');
  expect(found.query).toMatch(/^fields @timestamp, .*\n\| filter .*\n\| sort @timestamp asc\n\| limit 1000$/);
  expect(found).toMatchObject({ start: "2026-07-01T11:59:00.000Z", end: "2026-07-01T12:06:00.000Z" });
});

test("it is written in the notation of the AWS console", () => {
  expect(logsLink({ region: "eu-west-1", groups: ["g"] }, { from, to })).toMatch(
    /^https:\/\/eu-west-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=eu-west-1#logsV2:logs-insights\$3FqueryDetail\$3D~\(end~'/,
  );
});

test("every sign but letters, digits, _ . and - is told by its code: two digits after one asterisk, four after two", () => {
  const group = "aZ09_.-/ \nÿĀ€";
  const link = logsLink({ region: "eu-west-1", groups: [group, "b"] }, { from, to });
  const detail = decodeURIComponent(decodeURIComponent(link.replace(/^.*queryDetail/, "").replaceAll("$", "%")));
  expect(detail).toBe(
    "=~(end~'2026-07-01T12*3a06*3a00.000Z~start~'2026-07-01T11*3a59*3a00.000Z~timeType~'ABSOLUTE~tz~'UTC~editorString~'" +
      "fields*20*40timestamp*2c*20level*2c*20message*2c*20library*2c*20job*2c*20task*2c*20chunk*2c*20attempt*2c*20error" +
      "*2c*20milliseconds*0a*7c*20sort*20*40timestamp*20asc*0a*7c*20limit*201000" +
      "~source~(~'aZ09_.-*2f*20*0a*ff**0100**20ac~'b))",
  );
});

test("an id that could be none is left out, and nothing is asked of it", () => {
  const queryOf = (ids: { job?: string; requestId?: string }) => read(logsLink(place, { ...ids, from, to })).query;
  const longest = "a".repeat(128);
  expect(queryOf({ job: longest })).toContain(`\n| filter job = "${longest}"\n`);
  for (const job of [`${longest}a`, "", 'a" or job = "b', "a\n", "a b"]) {
    expect(queryOf({ job })).toBe(queryOf({}));
    expect(queryOf({ job, requestId: "r" })).toContain('\n| filter requestId = "r"\n');
  }
});

test("whatever is given as an id, the query stays the one that was meant", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), (job, requestId) => {
      const { query } = read(logsLink(place, { job, requestId, from, to }));
      expect(query.split("\n").length).toBeLessThanOrEqual(4);
      expect(query.match(/"/g)?.length ?? 0).toBeLessThanOrEqual(4);
      expect(query).not.toMatch(/job = "[^"]*[^A-Za-z0-9._=" -][^"]*"/);
    }),
  );
});
