/** Patrons of one answer that holds nothing of them but ids: of the longest ones it is under a megabyte. */
export const mostIds = 20_000;

/** Lines by number, and the one at which the next page begins, if there is one. */
export interface FoundLines {
  readonly found: readonly number[];
  readonly next: number | undefined;
}

/** The first lines from a place on that fit, `limit` at most. */
export function linesThatFit(
  lines: number,
  { from, limit }: { readonly from: number; readonly limit: number },
  fits: (line: number) => boolean,
): FoundLines {
  const found: number[] = [];
  for (let line = from; line < lines; line++) {
    if (!fits(line)) continue;
    if (found.length === limit) return { found, next: line };
    found.push(line);
  }
  return { found, next: undefined };
}

/** Ids of lines, those of a group together, in the order of the lines. */
export function idsByGroup<Id, Group>(
  found: readonly number[],
  ids: readonly Id[],
  groupOf: (line: number) => Group | undefined,
): { readonly group: Group; readonly patronIds: Id[] }[] {
  const groups = new Map<Group, Id[]>();
  for (const line of found) {
    const id = ids[line];
    const group = groupOf(line);
    if (id === undefined || group === undefined) continue;
    const others = groups.get(group);
    if (others === undefined) groups.set(group, [id]);
    else others.push(id);
  }
  return [...groups].map(([group, patronIds]) => ({ group, patronIds }));
}
