import { useState } from "react";

interface Props {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly search: (q: string) => void;
}

/** Narrows a list by a patron's id or the beginning of a last name, when sent: not with each letter. */
export function SearchField({ id, label, value, search }: Props) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    // Searched for something else, or no longer for anything, by other means than this field.
    setKnown(value);
    setText(value);
  }
  return (
    <form
      className="search-field"
      // Not a landmark: a view has several of these.
      onSubmit={(event) => {
        event.preventDefault();
        search(text.trim());
      }}
    >
      <label className="usa-label" htmlFor={id}>
        {label}
      </label>
      <div className="search-row">
        <input
          id={id}
          className="usa-input"
          type="text"
          value={text}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" className="usa-button usa-button--outline">
          Search
        </button>
        {value !== "" && (
          <button
            type="button"
            className="usa-button usa-button--unstyled"
            onClick={() => {
              setText("");
              search("");
              // The button goes; the field is where to go on.
              document.getElementById(id)?.focus();
            }}
          >
            Clear search
          </button>
        )}
      </div>
    </form>
  );
}
