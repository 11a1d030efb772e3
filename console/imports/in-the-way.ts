/** Of two imports of a kind one waits: the other has a view of its own. */
export function importInTheWay(importId: string) {
  return { href: `/imports/${importId}`, text: "Open the import that stands in the way" };
}
