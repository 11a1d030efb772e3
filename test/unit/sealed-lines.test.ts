import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PlanLine, planFieldNames, valuesOf } from "#domain/plan/plan";
import { chunkHash, erasedLine, lineHash, planFormat, readLine, sealedLine } from "#domain/plan/sealed-lines";
import { fieldsArbitrary, lineOf } from "./plan.arbitraries.ts";

const nameArbitrary = fc.string({ unit: "grapheme", maxLength: 12 });
const valuesArbitrary = fieldsArbitrary.map((fields) => valuesOf(fields, [...planFieldNames]));
const lineArbitrary: fc.Arbitrary<PlanLine> = fc
  .record({ lastName: nameArbitrary, before: valuesArbitrary, after: valuesArbitrary, line: fc.nat(9) })
  .map(lineOf);
const saltArbitrary = fc.base64String({ minLength: 20, maxLength: 20 });
const sealedArbitrary = fc
  .tuple(lineArbitrary, saltArbitrary)
  .map(([line, salt]): { line: PlanLine; text: string } => ({ line, text: sealedLine(line, salt) }));
const chunkArbitrary = fc.array(sealedArbitrary, { minLength: 1, maxLength: 8 });
const textsOf = (chunk: readonly { text: string }[]) => chunk.map(({ text }) => text);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("the hash of a chunk of a plan", () => {
  it("stays the same whichever of its lines are erased, once or twice", () => {
    fc.assert(
      fc.property(chunkArbitrary, fc.array(fc.nat(7)), (chunk, places) => {
        const texts = textsOf(chunk);
        const sealed = chunkHash(texts, planFormat);
        for (const place of places) {
          const text = texts[place];
          if (text !== undefined) texts[place] = erasedLine(text);
        }
        expect(chunkHash(texts, planFormat)).toBe(sealed);
      }),
    );
  });

  it("is another when one line is another, came, went or moved", () => {
    fc.assert(
      fc.property(chunkArbitrary, fc.nat(7), sealedArbitrary, (chunk, at, other) => {
        const texts = textsOf(chunk);
        const place = at % texts.length;
        fc.pre(!texts.includes(other.text));
        const sealed = chunkHash(texts, planFormat);
        expect(chunkHash(texts.with(place, other.text), planFormat)).not.toBe(sealed);
        expect(chunkHash(texts.with(place, erasedLine(other.text)), planFormat)).not.toBe(sealed);
        expect(chunkHash(texts.toSpliced(place, 0, other.text), planFormat)).not.toBe(sealed);
        expect(chunkHash(texts.toSpliced(place, 1), planFormat)).not.toBe(sealed);
        expect(chunkHash([...texts.toSpliced(place, 1), other.text], planFormat)).not.toBe(sealed);
      }),
    );
  });

  it("is another when one value of one line is another", () => {
    fc.assert(
      fc.property(lineArbitrary, saltArbitrary, fc.constantFrom("cutoff", "refillPoint"), (line, salt, field) => {
        const changed = { ...line, after: { ...line.after, [field]: 1234 } };
        expect(chunkHash([sealedLine(changed, salt)], planFormat)).not.toBe(
          chunkHash([sealedLine(line, salt)], planFormat),
        );
      }),
    );
  });

  it("is over the hashes of its lines, each with its salt; of version 0.1.0 over its text", () => {
    const texts = [sealedLine(lineOf(), "first"), sealedLine(lineOf({ line: 1 }), "second")];
    expect(texts[0]).toMatch(/^{"salt":"first","line":0,/);
    expect(chunkHash(texts, 2)).toBe(sha256(texts.map(sha256).join("\n")));
    expect(chunkHash(texts, 1)).toBe(sha256(`${texts.join("\n")}\n`));
    expect(chunkHash([], 1)).toBe(sha256(""));
  });

  it("is another with another salt, so that what is left of a line cannot be tried out", () => {
    expect(lineHash(sealedLine(lineOf(), "first"))).not.toBe(lineHash(sealedLine(lineOf(), "second")));
  });
});

describe("a line of a plan", () => {
  it("is read as it was planned, whatever a name looks like", () => {
    fc.assert(
      fc.property(sealedArbitrary, ({ line, text }) => {
        expect(readLine(text)).toMatchObject(line);
        expect(readLine(text).erased).toBeUndefined();
      }),
    );
    const tricky = lineOf({ lastName: '{"erased":"0"}' });
    expect(readLine(sealedLine(tricky, "salt"))).toMatchObject(tricky);
    expect(lineHash(sealedLine(tricky, "salt"))).toBe(sha256(sealedLine(tricky, "salt")));
  });

  it("is read where it has no salt, as version 0.1.0 kept it", () => {
    expect(readLine(JSON.stringify(lineOf({ line: 3 })))).toEqual(lineOf({ line: 3 }));
  });

  it("leaves nothing but hash, place and id when it is erased, and is read as one of a patron who is gone", () => {
    fc.assert(
      fc.property(sealedArbitrary, ({ line, text }) => {
        const left = erasedLine(text);
        expect(JSON.parse(left)).toEqual({ erased: sha256(text), line: line.line, patronId: line.patronId });
        expect(readLine(left)).toEqual({
          line: line.line,
          patronId: line.patronId,
          action: "NOT_FOUND",
          before: {},
          after: {},
          warnings: [],
          problem: { code: "PATRON_NOT_FOUND", message: "The patron is no longer in the library's records" },
          erased: true,
        });
      }),
    );
  });
});
