import { useEffect, useId, useState } from "react";
import { entryOf, type Term } from "./glossary-entry.ts";

/**
 * Says what a word means where somebody meets it: a button beside the field, and below it the entry of the glossary. The
 * glossary is the one text of it, and comes when somebody asks first. A question that is named stands in words: where it
 * is about a whole table.
 */
export function Help({ term, isNamed }: { term: Term; isNamed?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState<string>();
  const id = useId();
  useEffect(() => {
    if (!isOpen || text !== undefined) return;
    void import("../../docs/glossary.md?raw").then(
      ({ default: glossary }) => setText(entryOf(glossary, term)),
      () => setText("The explanation could not be loaded. The glossary has it."),
    );
  }, [isOpen, text, term]);
  return (
    <>
      <button
        type="button"
        className={isNamed ? "help help-named" : "help"}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
          <path
            fillRule="evenodd"
            d="M10 1a9 9 0 1 1 0 18 9 9 0 0 1 0-18zm0 1.6a7.4 7.4 0 1 0 0 14.8 7.4 7.4 0 0 0 0-14.8zM9.1 13h1.8v1.8H9.1zm.9-8c1.9 0 3.3 1.1 3.3 2.8 0 1.2-.7 1.9-1.5 2.5-.7.5-.9.7-.9 1.5v.3H9.1v-.5c0-1.3.7-1.9 1.4-2.4.7-.5 1-.8 1-1.4 0-.7-.6-1.2-1.5-1.2S8.5 8.1 8.4 9H6.7C6.8 6.5 8.1 5 10 5z"
          />
        </svg>
        <span className={isNamed ? undefined : "usa-sr-only"}>What does {term} mean?</span>
      </button>
      <div id={id} className="help-text" hidden={!isOpen}>
        <p>{text ?? "Loading …"}</p>
        <a href={`/docs/glossary#${anchorOf(term)}`} target="_blank" rel="noopener">
          {term} in the glossary<span className="usa-sr-only"> (opens in a new tab)</span>
        </a>
      </div>
    </>
  );
}

function anchorOf(term: Term): string {
  return term.toLowerCase().replaceAll(" ", "-");
}
