import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openCatalogue } from "#domain/catalogue/catalogue";
import { buildCatalogueIndexes, catalogueIndexSchema, titlesOf } from "#domain/catalogue/catalogue-index";
import { mergedUpwards } from "#domain/catalogue/merge-places";
import type { Title } from "#domain/catalogue/title";
import { folded } from "#domain/text";
import { arbitraryTitles } from "./fill-queue.arbitraries.ts";

const byId = (a: Title, b: Title) => (a.titleId < b.titleId ? -1 : 1);

describe("the catalogue index", () => {
  it("gives back every title as it went in, through JSON and its schema, whatever the order of the titles", () => {
    fc.assert(
      fc.property(arbitraryTitles, (titles) => {
        const indexes = buildCatalogueIndexes(titles);
        const stored = [...indexes.values()].map((it) => catalogueIndexSchema.parse(JSON.parse(JSON.stringify(it))));
        expect(stored.flatMap((it) => [...titlesOf(it)]).sort(byId)).toEqual([...titles].sort(byId));
        expect(buildCatalogueIndexes([...titles].reverse())).toEqual(indexes);
      }),
    );
  });

  it("is ordered newest first, without a day last, then by titleId", () => {
    fc.assert(
      fc.property(arbitraryTitles, (titles) => {
        for (const index of buildCatalogueIndexes(titles).values()) {
          const ranks = [...titlesOf(index)].map((it) => [it.addedOn ?? "0000-00-00", it.titleId] as const);
          for (const [at, [day, titleId]] of ranks.slice(1).entries()) {
            const [dayBefore, idBefore] = ranks[at] ?? ["", ""];
            expect(dayBefore > day || (dayBefore === day && idBefore < titleId)).toBe(true);
          }
        }
      }),
    );
  });

  it("refuses columns that do not fit together", () => {
    const index = buildCatalogueIndexes([
      { titleId: "T1", medium: "DB", title: "One", author: "A", subjects: [], contentWarnings: [], status: "ACTIVE" },
    ]).get("DB");
    expect(() => index && openCatalogue({ ...index, titles: [] })).toThrow(RangeError);
  });
});

describe("the catalogue", () => {
  it("finds by author, code and series exactly the titles that a search through all of them finds", () => {
    fc.assert(
      fc.property(arbitraryTitles, (titles) => {
        for (const [medium, index] of buildCatalogueIndexes(titles)) {
          const catalogue = openCatalogue(index);
          const ids = (places: Iterable<number>) => Array.from(places, (place) => catalogue.titleIdAt(place)).sort();
          const idsWhere = (holds: (title: Title) => boolean) =>
            titles
              .filter((it) => it.medium === medium && holds(it))
              .map((it) => it.titleId)
              .sort();
          for (const author of ["ngaio", "ÉMILE", "Ursula", "Unknown"]) {
            const key = catalogue.authorKey(author);
            const found = key === undefined ? [] : ids(catalogue.byAuthor(key));
            expect(found).toEqual(idsWhere((it) => folded(it.author) === folded(author)));
          }
          for (const code of ["Mystery", "history", "violence"]) {
            const key = catalogue.codeKey(code);
            const found = key === undefined ? [] : ids(catalogue.byCode(key));
            expect(found).toEqual(
              idsWhere((it) => [...it.subjects, ...it.contentWarnings].some((text) => folded(text) === folded(code))),
            );
          }
          for (const name of ["earthsea", "LAKES"]) {
            const key = catalogue.seriesKey(name);
            const isVolume = (it: Title) => it.series?.number !== undefined && folded(it.series.name) === folded(name);
            expect(key === undefined ? [] : ids(catalogue.bySeries(key))).toEqual(idsWhere(isVolume));
            if (key === undefined) continue;
            const numbers = Array.from(catalogue.bySeries(key), (place) => catalogue.numberAt(place));
            expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
            const elsewhere = titles.filter((it) => it.medium !== medium && isVolume(it)).map((it) => it.titleId);
            expect(
              catalogue
                .volumesElsewhere(key)
                .map((it) => it.titleId)
                .sort(),
            ).toEqual(elsewhere.sort());
          }
        }
      }),
    );
  });
});

describe("merging lists of places", () => {
  it("gives each place once, upwards, with the first list that has it", () => {
    const list = fc.uniqueArray(fc.nat(50)).map((places) => Uint32Array.from(places).sort());
    fc.assert(
      fc.property(fc.array(list, { maxLength: 7 }), (lists) => {
        const all = [...new Set(lists.flatMap((places) => [...places]))].sort((a, b) => a - b);
        const expected = all.map((place) => ({ place, list: lists.findIndex((places) => places.includes(place)) }));
        expect([...mergedUpwards(lists)]).toEqual(expected);
      }),
    );
  });
});
