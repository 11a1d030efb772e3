/** Where a patron stands who is in one of two query sets at least. The set that was made later tells who joined. */
export const memberships = ["JOINED", "LEFT", "BOTH"] as const;
export type Membership = (typeof memberships)[number];

/** A member of one of two sets, by the line in the set that has it: of both, the later one's. */
export interface ComparedMember {
  readonly in: Membership;
  readonly of: "LATER" | "EARLIER";
  readonly line: number;
}

/**
 * Compares two sets of patrons: first the members of the later set in its order, who joined or are in both, then those of
 * the earlier set who left, in that one's order.
 */
export function* comparedMembers(later: readonly string[], earlier: readonly string[]): Generator<ComparedMember> {
  const before = new Set(earlier);
  const now = new Set(later);
  for (const [line, patronId] of later.entries()) {
    yield { in: before.has(patronId) ? "BOTH" : "JOINED", of: "LATER", line };
  }
  for (const [line, patronId] of earlier.entries()) {
    if (!now.has(patronId)) yield { in: "LEFT", of: "EARLIER", line };
  }
}
