import fc from "fast-check";
import type { MediumFields, MediumRecord } from "#domain/profile/medium-record";
import { newId } from "#platform/identifiers";
import { editMediumRecord } from "#records/profiles/medium-edits";
import { loadMediumRecords } from "#records/profiles/medium-records";
import { wholeRecord, writeMediumRecords } from "#records/profiles/medium-writer";
import { patronId } from "#test/ids";
import { fieldsArbitrary, legalChangesArbitrary } from "../unit/plan.arbitraries.ts";
import { fieldsOf } from "../unit/plan.reference.ts";
import type { OpenLibrary, SeededPatron } from "./batch-update-bed.ts";
import type { Bed } from "./troubled-bed.ts";

/** What somebody else does to a patron while a batch update is under way: a single edit, an import, a change of status. */
export type ByOthers =
  | { readonly patron: number; readonly edit: MediumFields; readonly clear: readonly string[] }
  | { readonly patron: number; readonly replace: MediumFields | undefined }
  | { readonly patron: number; readonly mainStatus: string | undefined };

const clearable = [
  "nextServiceDate",
  "cutoff",
  "maxServiceQueueSize",
  "refillPoint",
  "maxTitlesPerCartridge",
  "cartridgeLimit",
];

export const byOthersArbitrary: fc.Arbitrary<ByOthers> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      patron: fc.nat(100),
      edit: legalChangesArbitrary.map(({ addServiceQueue: _, nextServiceDate, ...changes }) => {
        // One field or two: an edit of all would meet every update.
        const some = Object.entries(changes)
          .filter(([, value]) => value !== null)
          .slice(0, 2);
        return {
          ...Object.fromEntries(some),
          ...(some.length === 0 && typeof nextServiceDate === "string" && { nextServiceDate }),
        } as MediumFields;
      }),
      clear: fc.subarray(clearable, { maxLength: 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ patron: fc.nat(100), replace: fc.option(fieldsArbitrary, { nil: undefined }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ patron: fc.nat(100), mainStatus: fc.constantFrom("ACTIVE", "DECEASED", undefined) }),
  },
);

/** A write of somebody else that took place: the record was made what it is at this version. */
export interface OtherWrite {
  readonly version: number;
  /** What it does to the fields it finds. */
  readonly turns: (found: MediumFields | undefined) => MediumFields | undefined;
}

export function createOthers(bed: Bed, open: OpenLibrary, seeds: readonly SeededPatron[]) {
  const writes = new Map<string, OtherWrite[]>();
  const statuses = new Map<string, string | undefined>(seeds.map((seed) => [seed.patronId, seed.mainStatus]));
  /** Patrons who at some time were closed or gone since the review. */
  const troubled = new Set<string>();
  const { stores } = bed;

  function note(patronId: string, write: OtherWrite): void {
    writes.set(patronId, [...(writes.get(patronId) ?? []), write]);
  }

  async function recordOf(text: string): Promise<MediumRecord | undefined> {
    const id = patronId(text);
    return (await loadMediumRecords(stores.of(open.library), open.medium, [id])).get(id);
  }

  async function edit(whose: string, { edit: set, clear }: Extract<ByOthers, { edit: unknown }>): Promise<void> {
    const record = await recordOf(whose);
    const fields = fieldsOf(record);
    if (record === undefined || fields === undefined) return;
    const turns = (found: MediumFields | undefined) => without({ ...found, ...set }, clear);
    const next = turns(fields);
    if ((next.refillPoint ?? 0) > (next.maxServiceQueueSize ?? 500)) return;
    const changes: Record<string, string | number | boolean | null> = {};
    for (const [name, value] of Object.entries(set)) if (value !== undefined) changes[name] = value;
    for (const name of clear) changes[name] = null;
    if (Object.keys(changes).length === 0) return;
    const audit = {
      at: "2026-09-01T12:00:00Z",
      actor: { sub: "bob", name: "bob" },
      role: "administrator",
      action: "X",
      subject: "x",
      detail: "",
    };
    const id = newId(new Date());
    const { done } = await editMediumRecord(stores.of(open.library), patronId(whose), record, changes, id, audit);
    if (done) note(whose, { version: record.version + 1, turns });
  }

  async function replace(whose: string, wanted: MediumFields | undefined): Promise<void> {
    const record = await recordOf(whose);
    const fields: MediumFields | undefined = wanted && { status: "ACTIVE", nightlyDebug: false, ...wanted };
    if (fields === undefined && fieldsOf(record) === undefined) return;
    if (fields !== undefined && (fields.refillPoint ?? 0) > (fields.maxServiceQueueSize ?? 500)) return;
    const removed = fields === undefined ? true : record?.removed === true ? false : undefined;
    const write = {
      patronId: patronId(whose),
      medium: open.medium,
      expected: record?.version,
      fields: wholeRecord(fields ?? {}),
      ...(removed !== undefined && { removed }),
    };
    const [answer] = await writeMediumRecords(stores.of(open.library), [write]);
    if (answer === "WRITTEN") note(whose, { version: (record?.version ?? 0) + 1, turns: () => fields });
  }

  return {
    async act(one: ByOthers): Promise<void> {
      const seed = seeds[one.patron % seeds.length];
      if (seed === undefined) return;
      const { patronId } = seed;
      if ("edit" in one) await edit(patronId, one);
      else if ("replace" in one) await replace(patronId, one.replace);
      else {
        statuses.set(patronId, one.mainStatus);
        if (one.mainStatus !== "ACTIVE") troubled.add(patronId);
        if (one.mainStatus === undefined) await open.deletePatron(patronId);
        else await open.setMainStatus(seed, one.mainStatus);
      }
    },
    mainStatus: (patronId: string) => statuses.get(patronId),
    writesOf: (patronId: string) => writes.get(patronId) ?? [],
    wasTroubled: (patronId: string) => troubled.has(patronId),
  };
}
export type Others = ReturnType<typeof createOthers>;

function without(fields: MediumFields, names: readonly string[]): MediumFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
