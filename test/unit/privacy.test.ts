import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keyKinds } from "#infra/permissions";
import { objectKinds } from "#records/store/object-kinds";

const page = readFileSync(join(import.meta.dirname, "../../docs/privacy.md"), "utf8");

/** The rows of the table under a heading, each by its first cell. */
function rowsUnder(heading: string): Map<string, readonly string[]> {
  const [, part = ""] = page.split(`## ${heading}\n`);
  const [chapter = ""] = part.split(/^## /m);
  const rows = [...chapter.matchAll(/^\| `(.+?)` \|(.+)\|$/gm)];
  return new Map(rows.map(([, kind = "", cells = ""]) => [kind, cells.split("|").map((cell) => cell.trim())]));
}

test.each([
  ["Items", Object.keys(keyKinds)],
  ["Objects", objectKinds],
  ["Elsewhere", ["Fill queue", "Dead letters", "Logs", "Access logs", "Executions", "User pool", "Backups"]],
])(
  "the privacy page tells of each kind of %s what it is for, how long it is kept and who can see it",
  (heading, kinds) => {
    const rows = rowsUnder(heading);
    expect([...rows.keys()].toSorted()).toEqual([...kinds].toSorted());
    for (const cells of rows.values()) {
      expect(cells).toHaveLength(3);
      for (const cell of cells) expect(cell).not.toBe("");
    }
  },
);
