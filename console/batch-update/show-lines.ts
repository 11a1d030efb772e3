/** Brings the table into view that was just narrowed, where it is not: the focus stays on what narrowed it. */
export function showLines(list: string): void {
  // When what the press changes above the table is shown.
  requestAnimationFrame(() => {
    const heading = document.getElementById(`${list}-heading`);
    if (heading === null || heading.getBoundingClientRect().top < innerHeight / 2) return;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    heading.scrollIntoView({ behavior: isStill ? "auto" : "smooth" });
  });
}
