import { Field } from "../controls/field.tsx";
import { counted } from "../words/format.ts";

interface Props {
  readonly ids: string;
  readonly setIds: (ids: string) => void;
  readonly count: number;
  readonly file?: File | undefined;
  readonly setFile?: (file: File | undefined) => void;
}

/** Patrons by their ids: typed, pasted, or from a file. */
export function IdList({ ids, setIds, count, file, setFile }: Props) {
  return (
    <>
      <Field
        id="patron-ids"
        label="Patron IDs"
        hint={`One per line, or separated by spaces or commas. ${counted(count, "ID", "IDs")} so far.`}
      >
        {(tied) => (
          <textarea
            {...tied}
            className="usa-textarea"
            rows={8}
            spellCheck={false}
            disabled={file !== undefined}
            value={ids}
            onChange={(event) => setIds(event.target.value)}
          />
        )}
      </Field>
      {setFile !== undefined && (
        <Field
          id="patron-file"
          label="Or a file of IDs"
          hint="A text or CSV file with a single column and one ID per line. IDs that are not found are listed, never dropped silently."
        >
          {(tied) => (
            <input
              {...tied}
              className="file"
              type="file"
              accept=".txt,.csv,text/plain,text/csv"
              onChange={(event) => setFile(event.target.files?.[0])}
            />
          )}
        </Field>
      )}
    </>
  );
}
