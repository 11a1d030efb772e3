import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { isTimeZone } from "#domain/calendar";
import { newLibraryIdSchema } from "#domain/library";
import { createLibrary, servedLibrariesQuery } from "../api/support-libraries.ts";
import { useAction } from "../api/use-action.ts";
import { ErrorSummary } from "../controls/error-summary.tsx";
import { Failure } from "../controls/failure.tsx";
import { Field } from "../controls/field.tsx";
import { ReasonField } from "../controls/reason-field.tsx";
import { TextField } from "../controls/text-field.tsx";
import { useChecked } from "../controls/use-checked.ts";
import { announceAct } from "../page/announcer.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";

const texts = {
  library: ["ID", "Letters, digits, hyphens, and underscores, such as riverside. It cannot be changed later."],
  name: ["Name", "What people at the library call it."],
  timeZone: ["Time zone", "For example, America/New_York. It decides when a day begins."],
} as const;
type Text = keyof typeof texts;

/** Support makes a library; people and clients of it can be made at once. */
export function NewLibraryPage() {
  const client = useQueryClient();
  const [, go] = useLocation();
  const libraries = useQuery(servedLibrariesQuery());
  const [draft, setDraft] = useState({ library: "", name: "", timeZone: "America/New_York", copyFrom: "", reason: "" });
  const create = useAction(createLibrary, async ({ name }) => {
    announceAct(`${name} was created. Working in that library, invite its first administrator on the People page.`);
    await client.invalidateQueries({ queryKey: ["served-libraries"] });
    go(views.libraries);
  });
  const { library, name, timeZone, copyFrom, reason } = draft;
  const { errors, attempt, errorAt, check } = useChecked(() => [
    ...(newLibraryIdSchema.safeParse(library.trim()).success
      ? []
      : [{ id: "library", message: "Enter an ID of 1 to 32 letters, digits, hyphens, and underscores." }]),
    ...(name.trim() === "" ? [{ id: "name", message: "Enter the library’s name." }] : []),
    ...(isTimeZone(timeZone.trim())
      ? []
      : [{ id: "timeZone", message: "Enter a time zone, such as America/New_York." }]),
    ...(reason.trim() === "" ? [{ id: "reason", message: "Give a reason." }] : []),
  ]);
  const send = () => {
    if (!check() || create.isPending) return;
    const body = {
      library: library.trim(),
      name: name.trim(),
      timeZone: timeZone.trim(),
      ...(copyFrom !== "" && { copyFrom }),
    };
    create.mutate({ body, reason: reason.trim() });
  };
  const text = (id: Text) => {
    const [label, hint] = texts[id];
    return (
      <TextField
        id={id}
        label={label}
        hint={hint}
        error={errorAt(id)}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={draft[id]}
        change={(typed) => setDraft({ ...draft, [id]: typed })}
      />
    );
  };
  return (
    <>
      <PageHeading intro="It is ready for sign-in at once. Its patrons and titles come in by import.">
        New library
      </PageHeading>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <ErrorSummary errors={errors} attempt={attempt} />
        {create.error !== null && <Failure error={create.error} didAct />}
        {text("library")}
        {text("name")}
        {text("timeZone")}
        <Field
          id="copyFrom"
          label="Start with the settings of"
          hint="Codes, limits, and service days are copied; branches and closed days are not."
        >
          {(tied) => (
            <select
              {...tied}
              className="usa-select"
              value={draft.copyFrom}
              onChange={(event) => setDraft({ ...draft, copyFrom: event.target.value })}
            >
              <option value="">No library: use the defaults</option>
              {(libraries.data ?? []).map(({ library, name }) => (
                <option key={library} value={library}>
                  {name} ({library})
                </option>
              ))}
            </select>
          )}
        </Field>
        <ReasonField
          id="reason"
          reason={draft.reason}
          error={errorAt("reason")}
          change={(reason) => setDraft({ ...draft, reason })}
        />
        <div className="actions">
          <button type="submit" className="usa-button">
            Create library
          </button>
          <Link className="usa-button usa-button--outline" href={views.libraries}>
            Cancel
          </Link>
        </div>
      </form>
    </>
  );
}
