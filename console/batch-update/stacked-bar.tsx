import type { ReactNode } from "react";
import { amount } from "../words/format.ts";
import { label } from "../words/labels.ts";
import type { Part } from "./parts.ts";

interface Props {
  /** What the whole is made of, such as "What would happen". */
  readonly name: string;
  readonly parts: readonly Part[];
  /** The part to which the table is narrowed; empty where it shows everyone. */
  readonly shown: string;
  readonly show: (code: string) => void;
  readonly meanings: Readonly<Record<string, string>>;
  /** What can be done with the part that is shown. */
  readonly children?: ReactNode;
}

/**
 * The whole as one bar, whose parts narrow the table to themselves. Below it each part stands again with pattern, word and
 * number: these are the buttons for keys and ears, and for fingers where a part is thin.
 */
export function StackedBar({ name, parts, shown, show, meanings, children }: Props) {
  const toggle = (code: string) => show(code === shown ? "" : code);
  const meaning = meanings[shown];
  return (
    <div className="stacked">
      <div className="stacked-bar" aria-hidden="true">
        {parts.map(({ code, look, count }) => (
          <button
            key={code}
            type="button"
            tabIndex={-1}
            className={`stacked-part look-${look} ${code === shown ? "is-shown" : ""}`}
            style={{ flexGrow: count }}
            title={`${label(code)}: ${amount(count)}`}
            onClick={() => toggle(code)}
          />
        ))}
      </div>
      <ul className="stacked-keys" aria-label={`${name}: show in the table`}>
        {parts.map(({ code, look, count }) => (
          <li key={code}>
            <button type="button" className="stacked-key" aria-pressed={code === shown} onClick={() => toggle(code)}>
              <span className={`swatch look-${look}`} aria-hidden="true" />
              <span className="usa-sr-only">Show: </span>
              <span className="stacked-word">{label(code)}</span> <span className="stacked-count">{amount(count)}</span>
            </button>
          </li>
        ))}
      </ul>
      {meaning !== undefined && (
        <p className="stacked-meaning">
          <strong>{label(shown)}.</strong> {meaning}
        </p>
      )}
      {children}
    </div>
  );
}
