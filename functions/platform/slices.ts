/** Items in their order, so many together and the rest in the last: for calls that take so many and no more. */
export function slices<Item>(items: readonly Item[], most: number): Item[][] {
  const found: Item[][] = [];
  for (let from = 0; from < items.length; from += most) found.push(items.slice(from, from + most));
  return found;
}
