import type { MediumFields, MediumRecord } from "#domain/profile/medium-record";
import type { Patron, Preference } from "#domain/profile/patron";
import type { QuerySubject } from "#domain/query/fields";
import type { RawItem } from "#records/store/table";
import { decodePatron } from "./patrons.ts";
import type { RawPatron } from "./shard-walk.ts";

/**
 * A patron as a query looks at it, over the items as they were read: a field is decoded when a criterion asks for it. Most
 * patrons of a library do not match, and decoding them whole would be a third of a query's work.
 */
export function subjectOf(
  { core, media }: RawPatron,
  queueSizes: Readonly<Record<string, number>> | undefined,
): QuerySubject {
  return {
    patron: new LazyPatron(core),
    media: media.map((item) => new LazyMedium(item)),
    ...(queueSizes !== undefined && { queueSizes }),
  };
}

class LazyPatron implements Patron {
  readonly #item: RawItem;
  #whole: Patron | undefined;

  constructor(item: RawItem) {
    this.#item = item;
  }

  get patronId(): string {
    return this.#item.patronId?.S ?? "";
  }
  get lastName(): string {
    return this.#item.lastName?.S ?? "";
  }
  get firstName(): string | undefined {
    return this.#item.firstName?.S;
  }
  get mainStatus(): string {
    return this.#item.mainStatus?.S ?? "";
  }
  get branch(): string | undefined {
    return this.#item.branch?.S;
  }
  get city(): string | undefined {
    return this.#item.city?.S;
  }
  get county(): string | undefined {
    return this.#item.county?.S;
  }
  get state(): string | undefined {
    return this.#item.state?.S;
  }
  get registeredOn(): string | undefined {
    return this.#item.registeredOn?.S;
  }
  get language(): string | undefined {
    return this.#item.language?.S;
  }
  get preferences(): Preference[] {
    return this.#decoded().preferences;
  }
  get reserveCounts(): Record<string, number> {
    return this.#decoded().reserveCounts;
  }
  get requestCounts(): Record<string, number> {
    return this.#decoded().requestCounts;
  }

  #decoded(): Patron {
    this.#whole ??= decodePatron(this.#item);
    return this.#whole;
  }
}

class LazyMedium implements MediumRecord {
  readonly #item: RawItem;

  constructor(item: RawItem) {
    this.#item = item;
  }

  get medium(): string {
    return this.#item.medium?.S ?? "";
  }
  get status(): string | undefined {
    return this.#item.status?.S;
  }
  get serveCode(): string | undefined {
    return this.#item.serveCode?.S;
  }
  get deliveryMethod(): MediumFields["deliveryMethod"] {
    const method = this.#item.deliveryMethod?.S;
    return method === "PHYSICAL" || method === "DUPLICATION" ? method : undefined;
  }
  get nextServiceDate(): string | undefined {
    return this.#item.nextServiceDate?.S;
  }
  get lastServedOn(): string | undefined {
    return this.#item.lastServedOn?.S;
  }
  get nightlyDebug(): boolean | undefined {
    return this.#item.nightlyDebug?.BOOL;
  }
  get cutoff(): number | undefined {
    return numberIn(this.#item.cutoff);
  }
  get maxServiceQueueSize(): number | undefined {
    return numberIn(this.#item.maxServiceQueueSize);
  }
  get refillPoint(): number | undefined {
    return numberIn(this.#item.refillPoint);
  }
  get maxTitlesPerCartridge(): number | undefined {
    return numberIn(this.#item.maxTitlesPerCartridge);
  }
  get cartridgeLimit(): number | undefined {
    return numberIn(this.#item.cartridgeLimit);
  }
  get version(): number {
    return numberIn(this.#item.version) ?? 0;
  }
}

function numberIn(value: RawItem[string] | undefined): number | undefined {
  return value?.N === undefined ? undefined : Number(value.N);
}
