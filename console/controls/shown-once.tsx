import { useId, useLayoutEffect, useRef, useState } from "react";
import { announceAct } from "../page/announcer.ts";
import { focusHeading } from "../page/page-heading.tsx";

interface Props {
  readonly title: string;
  readonly intro: string;
  /** What is shown, each with its name. */
  readonly values: readonly (readonly [name: string, value: string])[];
  readonly dismiss: string;
  readonly onDismiss: () => void;
}

/** Shows what the service tells this one time. It is kept nowhere in the browser: a reload loses it. */
export function ShownOnce({ title, intro, values, dismiss, onDismiss }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  const [copied, setCopied] = useState<string>();
  const first = values[0]?.[1];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another value is news, and takes the focus too
  useLayoutEffect(() => heading.current?.focus(), [first]);
  const copy = async (name: string, value: string) => {
    const worked = await navigator.clipboard.writeText(value).then(
      () => true,
      () => false,
    );
    const words = worked ? `Copied: ${name}.` : "Copying did not work. Select the text and copy it yourself.";
    setCopied(words);
    announceAct(words);
  };
  return (
    <section className="shown-once" aria-labelledby={titleId}>
      <h2 id={titleId} ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <p>{intro}</p>
      {values.map(([name, value]) => (
        <div key={name} className="row">
          <div className="usa-form-group">
            <label className="usa-label" htmlFor={`${titleId}-${name}`}>
              {name}
            </label>
            <input
              id={`${titleId}-${name}`}
              className="usa-input"
              readOnly
              value={value}
              spellCheck={false}
              onFocus={(event) => event.target.select()}
            />
          </div>
          <button type="button" className="usa-button usa-button--outline" onClick={() => void copy(name, value)}>
            Copy<span className="usa-sr-only"> {name}</span>
          </button>
        </div>
      ))}
      {copied !== undefined && <p>{copied}</p>}
      <button
        type="button"
        className="usa-button usa-button--unstyled"
        onClick={() => {
          onDismiss();
          focusHeading();
        }}
      >
        {dismiss}
      </button>
    </section>
  );
}
