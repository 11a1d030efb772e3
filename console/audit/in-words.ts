import type { AuditEntry } from "#contract/audit";
import { codesInWords } from "../words/codes-in-words.ts";
import { instantText } from "../words/format.ts";
import { label, labelOf } from "../words/labels.ts";
import { acts, plain } from "./act-words.ts";
import { instantOfId } from "./instant-of-id.ts";

/** What an act was done to: what it is, what it is called, and where it is found, if it has a view. */
interface Subject {
  readonly what: string;
  readonly name: string;
  readonly href?: string;
}

const kinds: Readonly<Record<string, readonly [what: string, href?: (id: string) => string]>> = {
  "batch-updates": ["the batch update", (id) => `/batch-updates/${id}`],
  "query-sets": ["the query set", (id) => `/query-sets/${id}`],
  imports: ["the import", (id) => `/imports/${id}`],
  exports: ["the export", () => "/exports"],
  "saved-queries": ["the saved query", () => "/patrons"],
  presets: ["the preset"],
  recipes: ["the recipe", () => "/recipes"],
  people: ["the person", () => "/people"],
  clients: ["the client", () => "/clients"],
  executions: ["the execution", (id) => `/support/executions/${encodeURIComponent(id)}`],
  "dead-letters": ["dead letters", () => "/support/dead-letters"],
};

/** Parts of a thing that acts name after its id. */
const parts: Readonly<Record<string, string>> = {
  patrons: "the patrons of",
  "not-found": "the IDs not found of",
  plan: "the plan of",
  export: "a file of",
  outcomes: "the outcomes of",
  report: "the report of",
  "service-queues": "the service queues of",
  history: "the history of",
};

/** Reads a subject such as `patrons/P1/media/DB` or `query-sets/01k8/patrons`. */
function subjectOf({ action, subject, subjectName }: AuditEntry, timeZone: string | undefined): Subject {
  const [kind = "", id = "", ...rest] = subject.split("/");
  if (kind === "patrons") return patronSubject(id, rest);
  if (kind === "library") {
    const what = action.startsWith("LIBRARY_") ? "the library" : "the library’s settings";
    return { what, name: "", href: "/library" };
  }
  if (kind === "audit") return { what: "the audit", name: "", href: "/audit" };
  const [what, href] = (Object.hasOwn(kinds, kind) ? kinds[kind] : undefined) ?? [];
  if (what === undefined) return { what: "", name: subjectName ?? subject };
  // Of acts that were refused the route is told, without any id.
  if (id === "" || id.startsWith(":")) return { what: plural(kind), name: "" };
  const part = rest.flatMap((it) => (Object.hasOwn(parts, it) ? (parts[it] ?? []) : [])).toReversed();
  return {
    what: [...part, what].join(" "),
    name: subjectName ?? nameless(id, timeZone),
    ...(href !== undefined && { href: href(id) }),
  };
}

/** What has no name is told by when it was made, if its id says so. */
function nameless(id: string, timeZone: string | undefined): string {
  const made = instantOfId(id);
  return made === undefined ? id : `of ${instantText(made, timeZone)}`;
}

function patronSubject(id: string, rest: readonly string[]): Subject {
  if (id === "" || id.startsWith(":")) return { what: "patrons", name: "" };
  const [part, medium = "", queue] = rest;
  const what =
    part === "media"
      ? `${queue === undefined ? "the record" : "the service queue"} in ${medium} of patron`
      : part === "history"
        ? "the history of patron"
        : "patron";
  return { what, name: id, href: `/patron/${encodeURIComponent(id)}` };
}

function plural(kind: string): string {
  return kind.replaceAll("-", " ");
}

/** What is known beside the sentence. Digests and revisions are for who compares; to a reader they say nothing. */
export function detailInWords(detail: string): string {
  return codesInWords(detail.replace(/\bdigest [0-9a-f]+$/, "as reviewed").replace(/^revision \d+$/, ""));
}

/** Who acted, as a sentence begins. */
function actorOf({ actor, role }: Pick<AuditEntry, "actor" | "role">): { name: string; role?: string } {
  return role === "system" ? { name: "The system" } : { name: actor.name, role: label(role).toLowerCase() };
}

/** What was done, as the middle of a sentence. */
function didOf(action: string): string {
  return acts[action] ?? `did “${plain(action)}” to`;
}

/** Of a patron's record the field alone is told, elsewhere what it was and what it is. */
export function changeInWords({ field, before, after }: NonNullable<AuditEntry["changes"]>[number]): string {
  const name = fieldInWords(field);
  if (before === undefined && after === undefined) return name;
  if (before === undefined) return after === true ? `${name} is new` : `${name}: ${wordOf(after)} is new`;
  if (after === undefined) return before === true ? `${name} is gone` : `${name}: ${wordOf(before)} is gone`;
  return `${name}: was ${wordOf(before)}, is ${wordOf(after)}`;
}

/** `serveCodes.NA.name` reads `Serve codes, NA, name`. */
function fieldInWords(field: string): string {
  const [first = "", ...rest] = field.split(".");
  const name = labelOf(first) ?? sentenceCase(spaced(first));
  return [name, ...rest.map((it) => (/^[a-z]/.test(it) ? spaced(it) : it))].join(", ");
}

function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function wordOf(value: string | number | boolean | undefined): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  const known = typeof value === "string" && /^[A-Z_]{4,}$/.test(value) ? labelOf(value) : undefined;
  return known ?? String(value);
}

/** The act as one sentence, part by part: `Ada Byron | processed the batch update | Spring move`. */
export function sentenceOf(entry: AuditEntry, timeZone: string | undefined) {
  const { what, name, href } = subjectOf(entry, timeZone);
  const did = didOf(entry.action);
  return {
    who: actorOf(entry),
    did: name === "" || what === "" ? did : `${did} ${what}`,
    thing: name === "" ? what : name,
    href,
  };
}
