import type { ReactNode } from "react";

type Kind = "info" | "success" | "warning" | "error";

/** The kind in words: its colour and its icon alone would say nothing to many. */
const kindWords: Readonly<Record<Kind, string>> = {
  info: "Information",
  success: "Done",
  warning: "Please note",
  error: "Problem",
};

interface Props {
  readonly kind: Kind;
  readonly title?: string;
  readonly children: ReactNode;
}

export function Notice({ kind, title, children }: Props) {
  return (
    <div className={`usa-alert usa-alert--${kind} ${title === undefined ? "usa-alert--slim" : ""}`}>
      <div className="usa-alert__body">
        {title === undefined ? (
          <span className="usa-sr-only">{kindWords[kind]}: </span>
        ) : (
          <p className="usa-alert__heading">
            <span className="usa-sr-only">{kindWords[kind]}: </span>
            {title}
          </p>
        )}
        <div className="usa-alert__text">{children}</div>
      </div>
    </div>
  );
}
