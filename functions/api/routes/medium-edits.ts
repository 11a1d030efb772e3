import { patrons } from "#contract/patrons";
import { dayAt } from "#domain/calendar";
import { isClosed } from "#domain/library";
import { type FieldWrites, merged } from "#domain/plan/plan";
import { judgeEdit } from "#domain/profile/medium-edit";
import { type MediumRecord, mediumFieldsSchema } from "#domain/profile/medium-record";
import { idSchema } from "#domain/text";
import { requireLibrary } from "#records/library/libraries";
import { editMediumRecord } from "#records/profiles/medium-edits";
import { loadMediumRecords } from "#records/profiles/medium-records";
import { actOf } from "../act.ts";
import { etag, requireVersion } from "../precondition.ts";
import { invalid, notFound, stillAtWork } from "../problem.ts";
import { type CallOf, type Dependencies, implement, ok, type Route } from "../route.ts";
import { patronOf, shownMedium } from "./patrons.ts";

const mostTries = 5;

async function edit(call: CallOf<typeof patrons.editMedium>, { store }: Dependencies) {
  const { params, body, now, newId } = call;
  const patron = await patronOf(store, params);
  const medium = idSchema.safeParse(params.medium);
  if (!medium.success) throw notFound();
  const settings = await requireLibrary(store);
  const today = dayAt(now, settings.timeZone);
  const { patronId } = patron;
  for (let attempt = 0; attempt < mostTries; attempt++) {
    const record = (await loadMediumRecords(store, medium.data, [patronId])).get(patronId);
    if (record === undefined || record.removed === true) throw notFound();
    requireVersion(call, record.version);
    if (isClosed(settings, patron.mainStatus)) {
      throw invalid({ path: "patronId", message: `the patron's main status ${patron.mainStatus} is closed` });
    }
    const finding = judgeEdit(record, body, settings, today);
    if ("problem" in finding) throw invalid({ path: finding.problem.field, message: finding.problem.message });
    const names = Object.keys(finding.fields);
    if (names.length === 0) return shown(record);
    const subject = `patrons/${patronId}/media/${medium.data}`;
    // The values are the patron's: the history has them.
    const changes = names.map((field) => ({ field }));
    const audit = actOf(call, "RECORD_EDITED", subject, { detail: names.join(", "), changes });
    const { done } = await editMediumRecord(store, patronId, record, finding.fields, newId, audit);
    if (done) return shown(edited(record, finding.fields));
  }
  throw stillAtWork("The record is being changed by others right now. Nothing was changed; try again.");
}

function edited(record: MediumRecord, fields: FieldWrites): MediumRecord {
  const values = merged(mediumFieldsSchema.parse(record), fields);
  return { ...values, medium: record.medium, version: record.version + 1 };
}

function shown(record: MediumRecord) {
  return ok({ medium: record.medium, ...shownMedium(record) }, etag(record.version));
}

export const mediumEditRoutes: readonly Route[] = [
  implement(patrons.getMedium, async ({ params }, { store }) => {
    const { patronId } = await patronOf(store, params);
    const record = (await loadMediumRecords(store, params.medium, [patronId])).get(patronId);
    if (record === undefined || record.removed === true) throw notFound();
    return shown(record);
  }),
  implement(patrons.editMedium, edit),
];
