import { useState } from "react";
import type { ExportAnswer } from "#contract/exports";
import { createExport } from "../api/exports.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { Field } from "../controls/field.tsx";

const kinds = [
  { value: "patrons", text: "Patrons with their media" },
  { value: "titles", text: "Titles of the catalog" },
] as const;
const formats = [
  { value: "csv", text: "CSV, for a spreadsheet" },
  { value: "jsonl", text: "JSONL, one record per line" },
] as const;

interface Props {
  /** Whose members alone are to be exported. */
  readonly querySetId: string | undefined;
  readonly onMade: (made: ExportAnswer) => Promise<void>;
}

export function NewExportForm({ querySetId, onMade }: Props) {
  const [kind, setKind] = useState<(typeof kinds)[number]["value"]>("patrons");
  const [format, setFormat] = useState<(typeof formats)[number]["value"]>("csv");
  const create = useAction(createExport, onMade);
  return (
    <form
      noValidate
      className="panel"
      aria-labelledby="new-export-title"
      onSubmit={(event) => {
        event.preventDefault();
        if (create.isPending) return;
        create.mutate(querySetId === undefined ? { kind, format } : { kind: "patrons", format, querySetId });
      }}
    >
      <h2 id="new-export-title">{querySetId === undefined ? "New export" : "Export the patrons of the query set"}</h2>
      {create.error !== null && <Failure error={create.error} didAct />}
      {querySetId === undefined && (
        <Field id="export-kind" label="What to export">
          {(tied) => (
            <select
              {...tied}
              className="usa-select"
              value={kind}
              onChange={(event) => setKind(event.target.value === "titles" ? "titles" : "patrons")}
            >
              {kinds.map(({ value, text }) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field id="export-format" label="Format" hint="Either can be imported again as is.">
        {(tied) => (
          <select
            {...tied}
            className="usa-select"
            value={format}
            onChange={(event) => setFormat(event.target.value === "jsonl" ? "jsonl" : "csv")}
          >
            {formats.map(({ value, text }) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        )}
      </Field>
      <button type="submit" className="usa-button">
        Create export
      </button>
    </form>
  );
}
