import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { isTimeZone } from "#domain/calendar";
import { newLibraryIdSchema } from "#domain/library";
import { createLibrary, servedLibrariesQuery } from "../api/support-libraries.ts";
import { useAction } from "../api/use-action.ts";
import { ErrorSummary, type FieldError } from "../controls/error-summary.tsx";
import { Failure } from "../controls/failure.tsx";
import { Field } from "../controls/field.tsx";
import { announce } from "../page/announcer.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";
import { ReasonField } from "./reason-field.tsx";

const texts = {
  library: ["Id", "Letters, digits, - and _, such as riverside. It cannot be changed later."],
  name: ["Name", "As people of the library know it."],
  timeZone: ["Time zone", "Such as America/New_York. Days are counted in it."],
} as const;
type Text = keyof typeof texts;

/** Support makes a library; people and clients of it can be made at once. */
export function NewLibraryPage() {
  const client = useQueryClient();
  const [, go] = useLocation();
  const libraries = useQuery(servedLibrariesQuery());
  const [draft, setDraft] = useState({ library: "", name: "", timeZone: "America/New_York", copyFrom: "", reason: "" });
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [attempt, setAttempt] = useState(0);
  const create = useAction(createLibrary, async ({ name }) => {
    announce(`${name} is made. Invite its first administrator on the page People, working in that library.`);
    await client.invalidateQueries({ queryKey: ["served-libraries"] });
    go(views.libraries);
  });
  const errorAt = (id: string) => errors.find((it) => it.id === id)?.message;
  const send = () => {
    const { library, name, timeZone, copyFrom, reason } = draft;
    const found = [
      ...(newLibraryIdSchema.safeParse(library.trim()).success
        ? []
        : [{ id: "library", message: "Enter an id of 1 to 32 letters, digits, - and _." }]),
      ...(name.trim() === "" ? [{ id: "name", message: "Enter the library’s name." }] : []),
      ...(isTimeZone(timeZone.trim())
        ? []
        : [{ id: "timeZone", message: "Enter a time zone such as America/New_York." }]),
      ...(reason.trim() === "" ? [{ id: "reason", message: "Say why." }] : []),
    ];
    setErrors(found);
    setAttempt(attempt + 1);
    if (found.length > 0 || create.isPending) return;
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
      <Field id={id} label={label} hint={hint} error={errorAt(id)}>
        {(tied) => (
          <input
            {...tied}
            className="usa-input"
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
            value={draft[id]}
            onChange={(event) => setDraft({ ...draft, [id]: event.target.value })}
          />
        )}
      </Field>
    );
  };
  return (
    <>
      <PageHeading intro="It is ready to sign in to at once. Its patrons and titles come in by import.">
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
          label="Begin with the settings of"
          hint="Its codes, limits and service days are copied; branches and closed days are not."
        >
          {(tied) => (
            <select
              {...tied}
              className="usa-select"
              value={draft.copyFrom}
              onChange={(event) => setDraft({ ...draft, copyFrom: event.target.value })}
            >
              <option value="">No other library: the usual ones</option>
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
            Make the library
          </button>
          <Link className="usa-button usa-button--outline" href={views.libraries}>
            Leave without making it
          </Link>
        </div>
      </form>
    </>
  );
}
