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
