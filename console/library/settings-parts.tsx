import type { ReactNode } from "react";

const parts = {
  "settings-library": "Library",
  "settings-codes": "Codes",
  "settings-days": "Days",
  "settings-queues": "Service queues",
  "settings-limits": "Limits and approval",
  "settings-time": "How long things are kept",
} as const;
type Part = keyof typeof parts;

/** One part of the settings, under a heading that the list of parts leads to. */
export function SettingsPart({ id, children }: { id: Part; children: ReactNode }) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id} tabIndex={-1}>
        {parts[id]}
      </h2>
      {children}
    </section>
  );
}

/** Leads to each part. The address stays: the way back leads out of the settings, not from part to part. */
export function SettingsParts() {
  return (
    <nav aria-label="Parts of the settings" className="settings-parts">
      <ul>
        {Object.entries(parts).map(([id, name]) => (
          <li key={id}>
            <a
              href={`#${id}`}
              onClick={(event) => {
                event.preventDefault();
                document.getElementById(id)?.focus();
              }}
            >
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
