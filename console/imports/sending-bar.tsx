import { useLayoutEffect, useRef } from "react";
import { ProgressBar } from "../controls/progress-bar.tsx";

interface Props {
  readonly file: File;
  readonly sent: number;
  readonly stop: () => void;
}

const kilobytes = (bytes: number) => Math.ceil(bytes / 1000);

/** How much of a file is there. Takes the focus, for what was pressed is gone meanwhile. */
export function SendingBar({ file, sent, stop }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), []);
  return (
    <div className="sending">
      <ProgressBar
        name={`Sending ${file.name}`}
        done={kilobytes(Math.min(sent, file.size))}
        total={kilobytes(file.size)}
        unit="kB"
      />
      <p>Stay on this page until the file is there. Nothing is imported before that.</p>
      <button ref={button} type="button" className="usa-button usa-button--outline" onClick={stop}>
        Stop sending
      </button>
    </div>
  );
}
