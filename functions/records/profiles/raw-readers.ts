import { mediumField } from "#domain/profile/medium-fields";
import type { Preference } from "#domain/profile/patron";
import { patronField } from "#domain/profile/patron-fields";
import type { Readers } from "#domain/query/subject";
import type { RawItem } from "#records/store/table";
import { decodePreferences } from "./patrons.ts";
import { decoderOf } from "./stored-value.ts";

/**
 * Lets a query look at items as they were read: a field is decoded when a criterion asks for it. Most patrons of a library
 * do not match, and decoding them whole would be a third of a query's work.
 */
export function rawReaders(): Readers<RawItem, RawItem> {
  let last: { readonly item: RawItem; readonly preferences: readonly Preference[] } | undefined;
  return {
    patronValue: (name) => decoderOf(name, patronField(name).kind),
    mediumValue(name) {
      if (name === "medium") return decoderOf(name, "id");
      return decoderOf(name, name === "version" ? "number" : mediumField(name).kind);
    },
    preferences(item) {
      // Several lists of one query ask for them, one after the other.
      if (last?.item !== item) last = { item, preferences: decodePreferences(item["preferences"]?.S) };
      return last.preferences;
    },
    titleCount(item, counted, medium) {
      const counts = item[counted]?.M;
      return counts !== undefined && Object.hasOwn(counts, medium) ? Number(counts[medium]?.N) : 0;
    },
  };
}
