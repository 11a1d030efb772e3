import type { ReactNode } from "react";
import type { Term } from "../help/glossary-entry.ts";
import { Help } from "../help/help.tsx";
import { label } from "../words/labels.ts";
import { type ChangeableField, type Choice, type Verb, verbsOf } from "./spec-draft.ts";

const verbWords: Readonly<Record<Verb, string>> = {
  leave: "Leave as is",
  set: "Set",
  spread: "Spread over days",
  clear: "Clear",
};

interface Props {
  readonly field: ChangeableField;
  readonly choice: Choice;
  readonly change: (choice: Choice) => void;
  readonly explanation?: ReactNode;
  readonly help: Term;
  /** The controls of the chosen verb, where it needs any. */
  readonly children: ReactNode;
}

/** One field with its explicit choice, so that a value left in place can never be taken for a change. */
export function ChangeField({ field, choice, change, explanation, help, children }: Props) {
  return (
    <fieldset className={choice.verb === "leave" ? "change" : "change change-made"}>
      <legend>
        {label(field)} {choice.verb !== "leave" && <span className="usa-tag">{verbWords[choice.verb]}</span>}
      </legend>
      {explanation}
      <div className="labelled">
        <div className="verbs">
          {verbsOf(field).map((verb) => (
            <div className="usa-radio" key={verb}>
              <input
                className="usa-radio__input"
                id={`${field}-${verb}`}
                type="radio"
                name={field}
                checked={choice.verb === verb}
                onChange={() => change({ ...choice, verb })}
              />
              <label className="usa-radio__label" htmlFor={`${field}-${verb}`}>
                {verbWords[verb]}
              </label>
            </div>
          ))}
        </div>
        <Help term={help} />
      </div>
      {children}
    </fieldset>
  );
}
