import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkedFormat, LaterFormat, readItem, readObject } from "#records/store/format";

const schema = z.object({ name: z.string() });
const item = { pk: "LIB#l#PRESETS", sk: "p1", name: "Cutoff of 9" };

describe("something stored", () => {
  it("is read in the formats that are known; where it says none it is in the first one", () => {
    expect(readItem(schema, item)).toEqual({ name: "Cutoff of 9" });
    expect(readItem(schema, { ...item, storedFormat: 1 })).toEqual({ name: "Cutoff of 9" });
    expect(readItem(schema, { ...item, storedFormat: 2 }, 2)).toEqual({ name: "Cutoff of 9" });
    expect(readObject("l/a.json", schema, '{"storedFormat":1,"name":"A"}')).toEqual({ name: "A" });
    expect(readObject("l/a.json", z.array(z.number()), "[1]")).toEqual([1]);
    expect([checkedFormat("It", undefined, 3), checkedFormat("It", 3, 3)]).toEqual([1, 3]);
  });

  it("that a later version made is refused by its name, before its values are looked at", () => {
    const sentence = (thing: string) =>
      `${thing} was made by a later version: it has format 2, this version reads formats up to 1. ` +
      "Run the version that made it, or a later one.";
    const later = { pk: item.pk, sk: item.sk, storedFormat: 2, title: "named otherwise" };
    expect(() => readItem(schema, later)).toThrow(new LaterFormat(sentence("The item LIB#l#PRESETS p1")));
    expect(() => readObject("l/a.json", schema, JSON.stringify(later))).toThrow(sentence("The object l/a.json"));
    expect(() => readItem(schema, { ...item, storedFormat: 3 }, 2)).toThrow("it has format 3, this version reads");
  });

  it("whose format is no number is not taken for an old one", () => {
    expect(() => readItem(schema, { ...item, storedFormat: "two" })).toThrow(LaterFormat);
    expect(() => readItem(schema, { ...item, storedFormat: null })).toThrow(LaterFormat);
  });
});
