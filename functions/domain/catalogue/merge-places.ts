/** A place, and the first of the merged lists that has it. */
export interface MergedPlace {
  readonly place: number;
  readonly list: number;
}

/**
 * Walks several ascending lists as one, each place once. Lazy, with a heap of the lists' heads: a queue takes some
 * twenty titles, and sorting the thousands that a common subject has for each fill would be all of its time.
 */
export function* mergedUpwards(lists: readonly Uint32Array[]): Generator<MergedPlace> {
  const next = new Uint32Array(lists.length);
  const head = (list: number) => lists[list]?.[next[list] ?? 0] ?? Number.POSITIVE_INFINITY;
  const isBefore = (a: number, b: number) => head(a) < head(b) || (head(a) === head(b) && a < b);
  const heap = [...lists.keys()].filter((list) => head(list) !== Number.POSITIVE_INFINITY);
  const at = (position: number) => heap[position] ?? 0;
  const sink = (from: number) => {
    for (let parent = from; ; ) {
      const left = 2 * parent + 1;
      if (left >= heap.length) return;
      const child = left + 1 < heap.length && isBefore(at(left + 1), at(left)) ? left + 1 : left;
      if (!isBefore(at(child), at(parent))) return;
      const moved = at(parent);
      heap[parent] = at(child);
      heap[child] = moved;
      parent = child;
    }
  };
  for (let parent = heap.length >> 1; parent >= 0; parent--) sink(parent);

  let last = -1;
  while (heap.length > 0) {
    const list = at(0);
    const place = head(list);
    next[list] = (next[list] ?? 0) + 1;
    if (head(list) === Number.POSITIVE_INFINITY) {
      const tail = heap.pop() ?? 0;
      if (heap.length > 0) heap[0] = tail;
    }
    sink(0);
    if (place !== last) yield { place, list };
    last = place;
  }
}
