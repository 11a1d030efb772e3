let isDecided = false;

/** The page goes whatever is on it: somebody is signed out, or the sign-in is renewed. Nobody is asked. */
export function decideToLeave(): void {
  isDecided = true;
}

/** Has the browser ask before the whole page goes; until the function that is given back is called. */
export function askBeforeUnload(): () => void {
  const ask = (event: BeforeUnloadEvent) => {
    // A question on the screen would keep what is behind it there.
    if (!isDecided) event.preventDefault();
  };
  window.addEventListener("beforeunload", ask);
  return () => window.removeEventListener("beforeunload", ask);
}
