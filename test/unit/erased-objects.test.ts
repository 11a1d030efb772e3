import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { erasedOutcomeText, outcomesWithout, reportWithout } from "#domain/batch-update/erased-report";
import { type Outcome, outcomes } from "#domain/batch-update/outcome";
import { erasedOutcome, type OutcomeLine, outcomeLineSchema } from "#domain/batch-update/outcome-line";
import { errorRows, outcomeRows, reportHeader } from "#domain/batch-update/report";
import { csvMark, csvText } from "#domain/csv";
import { valuesOfLines } from "#domain/plan/distribution";
import { withoutLine, withoutValues } from "#domain/plan/erase-columns";
import { type PlanLine, planFieldNames, valuesOf } from "#domain/plan/plan";
import { indexLines } from "#domain/plan/plan-summary";
import { chunkHash, readLine, sealedLine, withoutPatron } from "#domain/plan/sealed-lines";
import { patronId as patronIdOf } from "#test/ids";
import { fieldsArbitrary, lineOf } from "./plan.arbitraries.ts";

const numRuns = 200;
const text = fc.string({ unit: "grapheme", maxLength: 12 });
/** What makes rows of a spreadsheet look like others: quotes, line ends, ids within names. */
const name = fc.oneof(text, fc.constantFrom('"', "\r\nP1,", 'P1,"', "=P1", ",\nP1,x", '{"patronId":"P1"', "P1"));
const patronId = fc.constantFrom("P1", "P11", "-P1", "1.P");

const valuesArbitrary = fieldsArbitrary.map((fields) => valuesOf(fields, [...planFieldNames]));
const planLine = fc.record({ lastName: name, firstName: name, before: valuesArbitrary, after: valuesArbitrary });
const plan = fc
  .array(planLine, { minLength: 1, maxLength: 6 })
  .map((lines) => lines.map((line, i): PlanLine => lineOf({ ...line, line: i, patronId: patronIdOf(`P${i}`) })));

describe("A chunk of a plan without a patron", () => {
  it("has the hash that it had, in both formats, reads as of a patron who is gone, and says nothing twice", () => {
    fc.assert(
      fc.property(plan, fc.constantFrom(1, 2), fc.array(fc.nat(5), { minLength: 1 }), (lines, format, places) => {
        const texts = lines.map((line) => (format === 1 ? JSON.stringify(line) : sealedLine(line, "salt")));
        const sealed = chunkHash(texts, format);
        let left = texts;
        for (const place of places) left = withoutPatron(left, format, `P${place}`) ?? left;
        expect(chunkHash(left, format)).toBe(sealed);
        for (const [place, line] of lines.entries()) {
          const isErased = places.includes(place);
          expect(readLine(left[place] ?? "")).toMatchObject(
            isErased ? { line: place, patronId: line.patronId, action: "NOT_FOUND", erased: true } : line,
          );
          if (isErased) expect(withoutPatron(left, format, line.patronId)).toBeUndefined();
        }
      }),
      { numRuns },
    );
  });

  it("has another hash where another of its lines is changed, also in a plan of version 0.1.0", () => {
    const lines = [0, 1, 2].map((line) => JSON.stringify(lineOf({ line, patronId: patronIdOf(`P${line}`) })));
    const left = withoutPatron(lines, 1, "P1") ?? [];
    expect(chunkHash(left, 1)).toBe(chunkHash(lines, 1));
    const changed = left.with(2, JSON.stringify(lineOf({ line: 2, patronId: patronIdOf("P2"), action: "CREATE" })));
    expect(chunkHash(changed, 1)).not.toBe(chunkHash(lines, 1));
    expect(chunkHash(left.toSpliced(2, 1), 1)).not.toBe(chunkHash(lines, 1));
  });
});

describe("The columns of a plan without a patron", () => {
  it("are those of the plan as it is read then, and hold no value of the patron alone", () => {
    fc.assert(
      fc.property(plan, fc.nat(5), (lines, at) => {
        const place = at % lines.length;
        const gone = readLine(withoutPatron([sealedLine(lines[place] ?? lineOf(), "s")], 2, `P${place}`)?.[0] ?? "");
        const left = lines.with(place, gone);
        expect(held(withoutLine(indexLines(lines), place))).toEqual(held(indexLines(left)));
        const fields = [...planFieldNames];
        const values = (some: readonly PlanLine[]) =>
          valuesOfLines(
            some.map((line) => ({ line, record: undefined })),
            fields,
          );
        const without = withoutValues(values(lines), place);
        expect(without.fields.map(heldValues)).toEqual(values(left).fields.map(heldValues));
        for (const column of without.fields) expect(new Set(column.values)).toEqual(used(column));
        expect(withoutValues(without, place)).toEqual(without);
      }),
      { numRuns },
    );
  });

  type Index = ReturnType<typeof indexLines>;
  const held = ({ days, dates, problemCodes, problems, ...rest }: Index) => ({
    ...rest,
    days: new Set(days),
    dates: dates.map((it) => days[it]),
    problems: problems.map((it) => problemCodes[it]),
  });
  type Column = ReturnType<typeof valuesOfLines>["fields"][number];
  const heldValues = ({ field, values, before, after }: Column) => ({
    field,
    before: before.map((it) => values[it]),
    after: after.map((it) => values[it]),
  });
  const used = ({ values, before, after }: Column) => new Set([...before, ...after].flatMap((it) => values[it] ?? []));
});

describe("A report without a patron", () => {
  const outcomeLine: fc.Arbitrary<OutcomeLine> = fc
    .record({
      patronId,
      lastName: name,
      firstName: fc.option(name, { nil: undefined }),
      outcome: fc.constantFrom<Outcome>(...outcomes),
      isProblem: fc.boolean(),
      message: name,
      changes: fc.array(fc.record({ field: fc.constantFrom(...planFieldNames), before: name, after: name }), {
        maxLength: 3,
      }),
    })
    .map(({ isProblem, message, ...line }) =>
      outcomeLineSchema.parse({
        ...line,
        ...(isProblem && { code: "CHANGED_SINCE_REVIEW", message, advice: "do" }),
      }),
    );
  const report = fc.uniqueArray(outcomeLine, { maxLength: 4, selector: (line) => line.patronId });
  const advised = (line: OutcomeLine) => (line.code === undefined ? line : { ...line, advice: "do" });
  const fieldsOf = (line: OutcomeLine) => line.changes.slice(0, 2).map(({ field }) => field);

  it("is to the byte the one that is made of outcomes without the patron", () => {
    fc.assert(
      fc.property(report, patronId, (lines, gone) => {
        const left = lines.map((line) => (line.patronId === gone ? advised(erasedOutcome(line)) : line));
        const errors = (some: readonly OutcomeLine[]) =>
          csvFile(some.flatMap((line, i) => errorRows(line, "DB", fieldsOf(lines[i] ?? line))));
        const all = (some: readonly OutcomeLine[]) => csvFile(some.flatMap((line) => outcomeRows(line, "DB")));
        const texts = (some: readonly OutcomeLine[]) =>
          Buffer.from(some.map((it) => `${JSON.stringify(it)}\n`).join(""));
        expect(shown(reportWithout(errors(lines), gone, "ERRORS") ?? errors(lines))).toBe(shown(errors(left)));
        expect(shown(reportWithout(all(lines), gone, "OUTCOMES") ?? all(lines))).toBe(shown(all(left)));
        const wanted = lines.map((line) => (line.patronId === gone ? erasedOutcome(line) : line));
        expect(shown(outcomesWithout(texts(lines), gone) ?? texts(lines))).toBe(shown(texts(wanted)));
        expect(reportWithout(errors(left), gone, "ERRORS")).toBeUndefined();
        expect(reportWithout(all(left), gone, "OUTCOMES")).toBeUndefined();
        expect(outcomesWithout(texts(wanted), gone)).toBeUndefined();
      }),
      { numRuns },
    );
  });

  it("says of the patron what became of it, and nothing else", () => {
    const line = {
      patronId: "P1",
      lastName: "Marker",
      firstName: "Mara",
      outcome: "INVALID",
      code: "PATRON_CLOSED",
      message: "The patron's main status is DECEASED, which is closed",
      advice: "x",
      changes: [{ field: "cutoff", before: 7, after: 9 }],
    };
    const left = erasedOutcomeText(JSON.stringify(line), "P1") ?? "";
    expect(JSON.parse(left)).toEqual({
      patronId: "P1",
      outcome: "INVALID",
      code: "PATRON_CLOSED",
      advice: "Leave this patron out, or correct the patron's main status first.",
      changes: [],
    });
    expect(erasedOutcomeText(left, "P1")).toBeUndefined();
  });

  const csvFile = (rows: Parameters<typeof csvText>[0]) => Buffer.from(csvMark + csvText([reportHeader, ...rows]));
  const shown = (bytes: Buffer) => bytes.toString("utf8");
});
