import { views } from "../views.ts";

export interface Shortcut {
  /** The letter that is pressed with Alt and Shift. */
  readonly letter: string;
  readonly does: string;
  /** The view that opens; absent where something on the page is meant. */
  readonly href?: string;
}

/**
 * What can be done with Alt, Shift and a letter. Single letters, and whatever takes Insert, Caps Lock, Search or Control
 * with Option, belong to screen readers. With Alt and Shift browsers and their systems take A, B, C, I, K, L, M, N, P, S, T,
 * W and X (toolbars, tab groups, feedback, the shelf of ChromeOS): none of these is used.
 */
export const shortcuts = [
  { letter: "H", does: "Go to Home", href: views.home },
  { letter: "F", does: "Find patrons", href: views.query },
  { letter: "O", does: "Find one patron", href: views.findPatron },
  { letter: "Q", does: "Go to query sets", href: views.querySets },
  { letter: "R", does: "Go to recipes", href: views.recipes },
  { letter: "U", does: "Go to batch updates", href: views.batchUpdates },
  { letter: "G", does: "Move to the main button of the page" },
  { letter: "J", does: "Show this list" },
] as const satisfies readonly Shortcut[];

interface Pressed {
  readonly code: string;
  readonly key: string;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/**
 * The shortcut that was pressed, where it was one. By the place of the key, because on a Mac these keys write another
 * character; where they would write it into a text, they do.
 */
export function shortcutOf(pressed: Pressed, isInText: boolean): (typeof shortcuts)[number] | undefined {
  const { code, key, altKey, shiftKey, ctrlKey, metaKey } = pressed;
  if (!altKey || !shiftKey || ctrlKey || metaKey) return undefined;
  if (isInText && key.length === 1 && !/[a-z]/i.test(key)) return undefined;
  return shortcuts.find(({ letter }) => code === `Key${letter}`);
}

/** As `aria-keyshortcuts` wants it, of what leads to a view. */
export function keysTo(href: string): string | undefined {
  const found = shortcuts.find((it) => "href" in it && it.href === href);
  return found === undefined ? undefined : `Alt+Shift+${found.letter}`;
}

const place = "shortcuts";

/** Whether the person wants them; they do unless they have said otherwise in this browser. */
export function areShortcutsOn(): boolean {
  return localStorage.getItem(place) !== "off";
}

export function turnShortcuts(isOn: boolean): void {
  if (isOn) localStorage.removeItem(place);
  else localStorage.setItem(place, "off");
}
