import { useQueryClient } from "@tanstack/react-query";
import { Fragment, type ReactNode, useState } from "react";
import { hasCode, type LibrarySettings } from "#domain/library";
import type { CodeTable } from "#domain/profile/field";
import { readLibrary, saveLibrary, type TaggedLibrary } from "../api/library.ts";
import { isOutdated } from "../api/problem.ts";
import { useAction } from "../api/use-action.ts";
import { ChangedMeanwhile } from "../controls/changed-meanwhile.tsx";
import { ErrorSummary } from "../controls/error-summary.tsx";
import { Failure } from "../controls/failure.tsx";
import { Field } from "../controls/field.tsx";
import { FormBar } from "../controls/form-bar.tsx";
import { TextField } from "../controls/text-field.tsx";
import { useChecked } from "../controls/use-checked.ts";
import { useLeaveGuard } from "../controls/use-leave-guard.tsx";
import type { Term } from "../help/glossary-entry.ts";
import { announce } from "../page/announcer.ts";
import { ApprovalField } from "./approval-field.tsx";
import { closedCell, methodCell, scheduleCell } from "./code-cells.tsx";
import { CodeRows } from "./code-rows.tsx";
import { FewerDays } from "./fewer-days.tsx";
import { QueueFunctionRows } from "./queue-function-rows.tsx";
import { ServiceDays } from "./service-days.tsx";
import {
  finishedSettings,
  hasChanges,
  type NumberSetting,
  numberSettingHints,
  numberSettings,
  type Rebased,
  rebased,
  type SettingsDraft,
  settingsDraft,
} from "./settings-draft.ts";
import { SettingsPart, SettingsParts } from "./settings-parts.tsx";
import { TakeOut } from "./take-out.tsx";

/** What a number of the settings is about, for who is new. */
const helps: Readonly<Record<NumberSetting, Term>> = {
  defaultServiceQueueSize: "Service queue",
  largeBatchThreshold: "Large batch",
  failureThresholdPercent: "Failure threshold",
  retentionDays: "Evidence",
  auditDays: "Audit",
  idleMinutes: "Inactivity",
};

interface Props {
  readonly library: TaggedLibrary;
  readonly onSaved: () => void;
  readonly onLeft: () => void;
}

export function SettingsForm({ library, onSaved, onLeft }: Props) {
  const client = useQueryClient();
  // What the draft was made from. A fresher one that comes in meanwhile must not pass for it.
  const [base, setBase] = useState(library);
  const [draft, setDraft] = useState<SettingsDraft>(() => settingsDraft(library));
  const [meanwhile, setMeanwhile] = useState<Rebased>();
  const { errors, attempt, errorAt, check } = useChecked(() => {
    const finished = finishedSettings(draft);
    return "errors" in finished ? finished.errors : [];
  });
  const save = useAction(
    async (settings: LibrarySettings) => {
      try {
        return await saveLibrary(settings, base.etag);
      } catch (error) {
        if (isOutdated(error)) await takeOver();
        throw error;
      }
    },
    (after) => {
      client.setQueryData(["library"], after);
      announce("The settings are saved.");
      onSaved();
    },
  );
  const takeOver = async () => {
    const present = await readLibrary();
    client.setQueryData(["library"], present);
    const found = rebased(draft, base, present);
    setBase(present);
    setDraft(found.draft);
    setMeanwhile(found);
  };
  const set = (part: Partial<SettingsDraft>) => setDraft({ ...draft, ...part });
  // A code that is not saved yet means nothing to anybody.
  const meaningIn = (table: CodeTable) => (code: string) =>
    hasCode(base[table], code) ? <TakeOut table={table} code={code} library={base} /> : undefined;
  const isChanged = hasChanges(draft, base);
  const guard = useLeaveGuard(isChanged && !save.isSuccess, "the settings");
  const text = (id: "name" | "timeZone", name: string, hint?: string) => (
    <TextField
      id={id}
      label={name}
      hint={hint}
      error={errorAt(id)}
      value={draft[id]}
      change={(typed) => set({ [id]: typed })}
    />
  );
  const number = (name: NumberSetting, more?: ReactNode) => (
    <Fragment key={name}>
      <TextField
        id={name}
        label={numberSettings[name]}
        hint={numberSettingHints[name]}
        help={helps[name]}
        error={errorAt(name)}
        inputMode="numeric"
        value={draft.numbers[name]}
        change={(typed) => set({ numbers: { ...draft.numbers, [name]: typed } })}
      />
      {more}
    </Fragment>
  );
  return (
    <form
      className="settings"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const finished = finishedSettings(draft);
        if (check() && "settings" in finished && !save.isPending) save.mutate(finished.settings);
      }}
    >
      <ErrorSummary errors={errors} attempt={attempt} />
      {save.error !== null && !isOutdated(save.error) && <Failure error={save.error} didAct />}
      {meanwhile !== undefined && save.error !== null && isOutdated(save.error) && (
        <ChangedMeanwhile what="the settings" {...meanwhile} />
      )}
      <SettingsParts />
      <SettingsPart id="settings-library">
        {text("name", "Name")}
        {text("timeZone", "Time zone", "For example, America/New_York. It decides when a day begins.")}
      </SettingsPart>
      <SettingsPart id="settings-codes">
        <CodeRows
          id="media"
          caption="Media"
          helps={["Medium"]}
          rows={draft.media}
          fresh={{ code: "", name: "" }}
          errors={errors}
          change={(media) => set({ media })}
          meaning={meaningIn("media")}
        />
        <CodeRows
          id="mediumStatuses"
          caption="Medium statuses"
          helps={["Medium status"]}
          rows={draft.mediumStatuses}
          fresh={{ code: "", name: "" }}
          errors={errors}
          change={(mediumStatuses) => set({ mediumStatuses })}
          meaning={meaningIn("mediumStatuses")}
        />
        <CodeRows
          id="mainStatuses"
          caption="Main statuses"
          helps={["Main status", "Closed"]}
          rows={draft.mainStatuses}
          fresh={{ code: "", name: "", closed: false }}
          errors={errors}
          change={(mainStatuses) => set({ mainStatuses })}
          meaning={meaningIn("mainStatuses")}
          extras={[{ head: "Closed", cell: closedCell }]}
        />
        <CodeRows
          id="serveCodes"
          caption="Serve codes"
          helps={["Serve code", "Schedule", "Method"]}
          rows={draft.serveCodes}
          fresh={{ code: "", name: "", schedule: "NIGHTLY", method: "AUTOSELECT" }}
          errors={errors}
          change={(serveCodes) => set({ serveCodes })}
          meaning={meaningIn("serveCodes")}
          extras={[
            { head: "Schedule", cell: scheduleCell },
            { head: "Method", cell: methodCell },
          ]}
        />
        <CodeRows
          id="branches"
          caption="Branches"
          helps={["Branch"]}
          rows={draft.branches}
          fresh={{ code: "", name: "" }}
          errors={errors}
          change={(branches) => set({ branches })}
          meaning={meaningIn("branches")}
        />
      </SettingsPart>
      <SettingsPart id="settings-days">
        <ServiceDays
          chosen={draft.serviceDays}
          error={errorAt("serviceDays-MON")}
          change={(serviceDays) => set({ serviceDays })}
        />
        <Field
          id="closedDays"
          label="Closed days"
          help="Service day"
          hint="One per line, such as 2026-12-25."
          error={errorAt("closedDays")}
        >
          {(tied) => (
            <textarea
              {...tied}
              className="usa-textarea"
              rows={6}
              value={draft.closedDays}
              onChange={(event) => set({ closedDays: event.target.value })}
            />
          )}
        </Field>
      </SettingsPart>
      <SettingsPart id="settings-queues">
        <QueueFunctionRows rows={draft.queueFunctions} change={(queueFunctions) => set({ queueFunctions })} />
        {number("defaultServiceQueueSize")}
      </SettingsPart>
      <SettingsPart id="settings-limits">
        {number("largeBatchThreshold")}
        {number("failureThresholdPercent")}
        <ApprovalField chosen={draft.approval} change={(approval) => set({ approval })} />
      </SettingsPart>
      <SettingsPart id="settings-time">
        {number("retentionDays", <FewerDays before={base.retentionDays} typed={draft.numbers.retentionDays} />)}
        {number("auditDays")}
        {number("idleMinutes")}
      </SettingsPart>
      <FormBar words={isChanged ? "What you changed is not saved yet." : "Nothing has been changed yet."}>
        <button type="submit" className="usa-button" aria-disabled={save.isPending}>
          Save the settings
        </button>
        <button type="button" className="usa-button usa-button--outline" onClick={() => guard.leave(onLeft)}>
          Leave without saving
        </button>
      </FormBar>
      {guard.dialog}
    </form>
  );
}
