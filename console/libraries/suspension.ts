import type { ServedLibrary } from "#contract/support-libraries";

type Suspension = "suspend" | "letIn" | "restore";

/** What the button in a library's row says, and the question begins with. */
export const suspensionAct: Readonly<Record<Suspension, string>> = {
  suspend: "Suspend",
  letIn: "Reinstate",
  restore: "Cancel deletion",
};

/** What is said before each, and what says yes to it. */
const words: Readonly<Record<Suspension, { title: (name: string) => string; means: string; yes: string }>> = {
  suspend: {
    title: (name) => `Suspend ${name}?`,
    means:
      "Everyone at the library is locked out within a minute. What is running finishes, what is scheduled waits, and no review is canceled meanwhile.",
    yes: "Suspend",
  },
  letIn: {
    title: (name) => `Reinstate ${name}?`,
    means:
      "Everyone at the library can sign in again within a minute. Reviews over 7 days old end, and what was scheduled starts when it is due: right away if that has passed.",
    yes: "Reinstate",
  },
  restore: {
    title: (name) => `Cancel the deletion of ${name}?`,
    means:
      "The library is as it was before: everyone can sign in again, unless it was suspended then. Once they can, reviews over 7 days old end, and what was scheduled starts when it is due: right away if that has passed.",
    yes: "Keep the library",
  },
};

/** What can be done with a library that is open, suspended, or about to be deleted. */
export function suspensionOf({ suspended, deleteAt }: ServedLibrary): Suspension {
  if (deleteAt !== undefined) return "restore";
  return suspended ? "letIn" : "suspend";
}

export function suspensionQuestion(library: ServedLibrary) {
  const { title, means, yes } = words[suspensionOf(library)];
  return { title: title(library.name), means, yes };
}
