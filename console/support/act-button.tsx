import type { SupportAct } from "./support-act.ts";
import { actWords } from "./words.ts";

interface Props {
  readonly act: SupportAct;
  readonly begin: (act: SupportAct) => void;
}

/** Begins an act: nothing is done before the question that follows is answered. */
export function ActButton({ act, begin }: Props) {
  return (
    <button type="button" className="usa-button usa-button--outline" onClick={() => begin(act)}>
      {actWords[act.act]}
      <span className="usa-sr-only"> ({act.of})</span>
    </button>
  );
}
