import { useEffect, useState } from "react";
import { onSpeak } from "./announcer.ts";

/** Where the announcer's sentences are put for screen readers. There is one, and it is there from the start. */
export function LiveRegion() {
  const [spoken, setSpoken] = useState({ turn: 0, sentence: "" });
  useEffect(() => onSpeak((sentence) => setSpoken(({ turn }) => ({ turn: turn + 1, sentence }))), []);
  return (
    <div className="usa-sr-only" role="status" aria-live="polite" data-testid="live-region">
      {/* Another element, so that the same sentence is said again. */}
      <p key={spoken.turn}>{spoken.sentence}</p>
    </div>
  );
}
