interface Props {
  readonly words: string;
  /** Whose row it is, for the ear. Two rows may have the same name: what tells them apart belongs to it. */
  readonly of: string;
  readonly act: () => void;
}

/** One act of a row of a table. */
export function RowAct({ words, of, act }: Props) {
  return (
    <button type="button" className="usa-button usa-button--unstyled" onClick={act}>
      {words}
      <span className="usa-sr-only"> ({of})</span>
    </button>
  );
}
