/**
 * Brings the table into view that was just narrowed, where it is not. Who goes by keys goes along, for the focus would be out
 * of view; of who points it stays on what narrowed it.
 */
export function showLines(list: string): void {
  // When what the press changes above the table is shown.
  requestAnimationFrame(() => {
    const heading = document.getElementById(`${list}-heading`);
    if (heading === null || heading.getBoundingClientRect().top < innerHeight / 2) return;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (document.activeElement?.matches(":focus-visible")) heading.focus({ preventScroll: true });
    heading.scrollIntoView({ behavior: isStill ? "auto" : "smooth" });
  });
}
