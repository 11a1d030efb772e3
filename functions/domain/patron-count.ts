/** How many patrons, in words: `1 patron`, `812 patrons`. */
export function patronCount(count: number): string {
  return count === 1 ? "1 patron" : `${count} patrons`;
}
