/** Who made a thing, as it is kept: the name for people to read, the sub for rights to compare. */
export interface MadeBySomebody {
  readonly createdBy: string;
  /** Absent from what was made before subs were kept. */
  readonly createdBySub?: string | undefined;
}

export function isMaker(
  { sub, name }: { readonly sub: string; readonly name: string },
  { createdBy, createdBySub }: MadeBySomebody,
): boolean {
  return createdBySub === undefined ? createdBy === name : createdBySub === sub;
}
