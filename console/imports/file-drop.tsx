import { useRef, useState } from "react";
import { Field } from "../controls/field.tsx";
import { sizeText } from "./chosen-file.ts";

interface Props {
  readonly id: string;
  readonly file: File | undefined;
  readonly error: string | undefined;
  readonly choose: (file: File | undefined) => void;
}

/** A file is chosen, or dropped anywhere on the frame around the button that chooses it. */
export function FileDrop({ id, file, error, choose }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: not a control, for the button inside does the same by keyboard and by press
    <div
      className={isOver ? "drop drop-over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [dropped] = event.dataTransfer?.files ?? [];
        if (dropped === undefined || input.current === null) return;
        input.current.files = event.dataTransfer.files;
        choose(dropped);
      }}
    >
      <Field
        id={id}
        label="File"
        hint="Choose it, or drop it here. CSV or JSONL, at most 2 GB. Each line replaces the whole record: anything not in the line is cleared."
        error={error}
      >
        {(tied) => (
          <input
            {...tied}
            ref={input}
            className="file"
            type="file"
            accept=".csv,.jsonl,.ndjson,.json,text/csv,application/x-ndjson"
            onChange={(event) => choose(event.target.files?.[0])}
          />
        )}
      </Field>
      {file !== undefined && (
        <p className="drop-chosen">
          {file.name}, {sizeText(file.size)}
        </p>
      )}
    </div>
  );
}
