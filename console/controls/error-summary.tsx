import { useId, useLayoutEffect, useRef } from "react";

export interface FieldError {
  /** Id of the control that it is about. */
  readonly id: string;
  readonly message: string;
}

/**
 * Lists what has to be put right, each entry leading to its field. Takes the focus when it appears and each time the form
 * is sent again.
 *
 * @param attempt grows with each sending, so that the same errors are noticed again
 */
export function ErrorSummary({ errors, attempt }: { errors: readonly FieldError[]; attempt: number }) {
  const titleId = useId();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (attempt > 0) box.current?.focus();
  }, [attempt]);
  if (errors.length === 0) return null;
  return (
    <div
      className="usa-alert usa-alert--error error-summary"
      ref={box}
      tabIndex={-1}
      role="alert"
      aria-labelledby={titleId}
    >
      <div className="usa-alert__body">
        <h2 id={titleId} className="usa-alert__heading">
          {errors.length === 1 ? "Please fix one thing" : `Please fix ${errors.length} things`}
        </h2>
        <p className="usa-alert__text">Nothing has been sent.</p>
        <ul className="usa-alert__text">
          {errors.map(({ id, message }) => (
            <li key={id + message}>
              <a
                href={`#${id}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(id)?.focus();
                }}
              >
                {message}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
