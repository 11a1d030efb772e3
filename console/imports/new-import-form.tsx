import { useState } from "react";
import { useLocation } from "wouter";
import type { ImportFormat, ImportKind } from "#domain/import/import-job";
import { importFormats, importKinds } from "#domain/import/import-job";
import { ErrorSummary } from "../controls/error-summary.tsx";
import { Failure } from "../controls/failure.tsx";
import { Field } from "../controls/field.tsx";
import { Notice } from "../controls/notice.tsx";
import { useChecked } from "../controls/use-checked.ts";
import { fileProblems, formatOf } from "./chosen-file.ts";
import { FileDrop } from "./file-drop.tsx";
import { importInTheWay } from "./in-the-way.ts";
import { SendingBar } from "./sending-bar.tsx";
import { useSending } from "./use-sending.ts";
import { formatWords, kindWords } from "./words.ts";

const ways = [
  { dryRun: true, text: "Check it", about: "Every line is read and checked against the rules. Nothing is written." },
  { dryRun: false, text: "Import it", about: "Good lines go in at once, bad ones are listed." },
] as const;

/** A file on its way in: what is in it, and whether it is only looked at. */
export function NewImportForm() {
  const [, navigate] = useLocation();
  const [kind, setKind] = useState<ImportKind>("patrons");
  const [file, setFile] = useState<File>();
  const [format, setFormat] = useState<ImportFormat>();
  const [dryRun, setDryRun] = useState(true);
  const { errors, attempt, errorAt, check } = useChecked(() => fileProblems(file, format));
  const sending = useSending((importId) => navigate(`/imports/${importId}`));
  const choose = (chosen: File | undefined) => {
    setFile(chosen);
    if (chosen !== undefined) setFormat(formatOf(chosen.name) ?? format);
  };
  return (
    <form
      noValidate
      className="panel"
      aria-labelledby="new-import-title"
      onSubmit={(event) => {
        event.preventDefault();
        if (sending.isPending) return;
        if (check() && file !== undefined && format !== undefined) sending.send({ kind, format, dryRun, file });
      }}
    >
      <h2 id="new-import-title">New import</h2>
      <ErrorSummary errors={errors} attempt={attempt} />
      {sending.error !== null && <Failure error={sending.error} didAct inTheWay={importInTheWay} />}
      {sending.wasStopped && <Notice kind="info">Sending was stopped. Nothing was imported.</Notice>}
      {sending.isPending && sending.file !== undefined ? (
        <SendingBar file={sending.file} sent={sending.sent} stop={sending.stop} />
      ) : (
        <>
          <div className="row import-what">
            <Field id="import-kind" label="What is in the file">
              {(tied) => (
                <select
                  {...tied}
                  className="usa-select"
                  value={kind}
                  onChange={(event) => setKind(event.target.value === "titles" ? "titles" : "patrons")}
                >
                  {importKinds.map((it) => (
                    <option key={it} value={it}>
                      {kindWords[it]}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field id="import-format" label="Format" error={errorAt("import-format")}>
              {(tied) => (
                <select
                  {...tied}
                  className="usa-select"
                  value={format ?? ""}
                  onChange={(event) => setFormat(importFormats.find((it) => it === event.target.value))}
                >
                  <option value="">By the name of the file</option>
                  {importFormats.map((it) => (
                    <option key={it} value={it}>
                      {formatWords[it]}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </div>
          <FileDrop id="import-file" file={file} error={errorAt("import-file")} choose={choose} />
          <fieldset className="usa-fieldset choice">
            <legend className="usa-legend">What should happen?</legend>
            {ways.map((way) => (
              <div className="usa-radio" key={way.text}>
                <input
                  className="usa-radio__input"
                  id={`import-dry-${way.dryRun}`}
                  type="radio"
                  name="dryRun"
                  checked={dryRun === way.dryRun}
                  onChange={() => setDryRun(way.dryRun)}
                />
                <label className="usa-radio__label" htmlFor={`import-dry-${way.dryRun}`}>
                  {way.text}
                  <span className="usa-radio__label-description">{way.about}</span>
                </label>
              </div>
            ))}
          </fieldset>
          <button type="submit" className="usa-button">
            {dryRun ? "Send the file and check it" : "Send the file and import it"}
          </button>
        </>
      )}
    </form>
  );
}
