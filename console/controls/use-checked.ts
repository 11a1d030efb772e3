import { useState } from "react";
import type { FieldError } from "./error-summary.tsx";

interface Checked {
  /** What is to be shown now. */
  readonly errors: readonly FieldError[];
  /** Grows with each sending. */
  readonly attempt: number;
  errorAt(id: string): string | undefined;
  /** Called when the form is sent. True where it can be. */
  check(): boolean;
  /** Called when the form begins anew. */
  forget(): void;
}

/**
 * The errors of a form: found when it is sent, gone as soon as they are put right. What becomes wrong while somebody types
 * waits for the next sending.
 */
export function useChecked(problems: () => readonly FieldError[]): Checked {
  const [sent, setSent] = useState<{ attempt: number; found: readonly string[] }>({ attempt: 0, found: [] });
  const errors = sent.found.length === 0 ? [] : problems().filter(({ id }) => sent.found.includes(id));
  return {
    errors,
    attempt: sent.attempt,
    errorAt: (id) => errors.find((it) => it.id === id)?.message,
    check() {
      const found = problems().map(({ id }) => id);
      setSent({ attempt: sent.attempt + 1, found });
      return found.length === 0;
    },
    forget: () => setSent({ ...sent, found: [] }),
  };
}
