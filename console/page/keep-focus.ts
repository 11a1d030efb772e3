let end = () => {};

/**
 * Where what is pressed goes with its own act, now or when the answer has come, the focus goes on to the first of these that is
 * there. It ends when somebody goes elsewhere meanwhile.
 *
 * @param next selectors, the nearest first
 */
export function keepFocus(...next: readonly string[]): void {
  end();
  let isOwn = false;
  const look = new MutationObserver(() => {
    if (document.activeElement !== document.body) return;
    isOwn = true;
    next
      .map((selector) => document.querySelector<HTMLElement>(selector))
      .find((it) => it !== null)
      ?.focus();
    isOwn = false;
  });
  const gone = new AbortController();
  const { signal } = gone;
  end = () => {
    look.disconnect();
    gone.abort();
  };
  look.observe(document.body, { childList: true, subtree: true });
  document.addEventListener("focusin", () => isOwn || end(), { signal });
  document.addEventListener("pointerdown", end, { signal });
}
