import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { problemAdvice } from "#domain/batch-update/outcome";
import { attentionKinds } from "#domain/support/attention";
import { alarmKinds } from "#infra/alarm-kinds";
import { anchorOf, guidePage } from "../../console/docs/guide-pages.ts";

const docs = resolve(import.meta.dirname, "../../docs");
const read = (name: string) => readFileSync(join(docs, name), "utf8");
const runbook = read("runbook.md");

/** Sections under a heading of the second level, by their own heading, with what stands in them. */
function sectionsOf(heading: string): Map<string, string> {
  const [, part = ""] = runbook.split(new RegExp(`^## ${heading}$`, "m"));
  const [chapter = ""] = part.split(/^## /m);
  return new Map(
    chapter
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf("\n")), section]),
  );
}

test.each([
  ["Alarms", alarmKinds],
  ["Attention", attentionKinds],
  ["Outcome codes", Object.keys(problemAdvice)],
])("the runbook's %s are all there are, each with what it means, how to look and what to do", (heading, kinds) => {
  const sections = sectionsOf(heading);
  expect([...sections.keys()].toSorted()).toEqual([...kinds].toSorted());
  for (const section of sections.values()) {
    expect(section).toMatch(/^\*\*Meaning\.\*\* \S[\s\S]*^\*\*Look\.\*\* \S[\s\S]*^\*\*Do\.\*\* \S/m);
  }
});

test("the operating guide goes from nothing to removal", () => {
  const headings = [...read("operating.md").matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(
    expect.arrayContaining([
      ...["The account", "Deploying", "A new library", "People and clients", "Secrets of machines"],
      ...["Restoring", "Copies in another account", "Upgrading and rolling back", "A library that leaves"],
      ...["Removing everything", "What it costs", "GovCloud", "Signing in by a library's own directory", "Outputs"],
    ]),
  );
});

test("every line that a stage may have beside is in the operating guide", () => {
  const [, chapter = ""] = read("operating.md").split(/^## Deploying$/m);
  const [rows = ""] = chapter.split(/^## /m);
  const source = readFileSync(resolve(docs, "../infra/stages.ts"), "utf8");
  const [, config = ""] = /^export interface StageConfig \{$(.*?)^\}$/ms.exec(source) ?? [];
  const optional = [...config.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
  expect(optional.length).toBeGreaterThan(6);
  expect(optional.filter((name) => !rows.includes(`| \`${name}:`))).toEqual([]);
});

test("every link within the guides leads to a heading that is there", () => {
  const anchors = new Map(
    ["runbook.md", "operating.md", "imports.md", "privacy.md"].map((name) => [
      name,
      [...read(name).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading)),
    ]),
  );
  let links = 0;
  for (const name of anchors.keys()) {
    for (const [, file = "", anchor = ""] of read(name).matchAll(/\]\(([a-z]+\.md)?#([^)]+)\)/g)) {
      expect(anchors.get(file === "" ? name : file)).toContain(anchor);
      links++;
    }
  }
  expect(links).toBeGreaterThan(10);
});

test("a guide is a page without script or style, whose headings can be linked to and whose links lead to pages", () => {
  const page = guidePage(runbook);
  for (const kind of [...alarmKinds, ...attentionKinds]) expect(page).toContain(`<h3 id="${kind.toLowerCase()}">`);
  expect(page).toContain('<a href="/docs/operating">');
  expect(page).not.toMatch(/<script|<style|style=|\.md"/);
  // What is only in the repository is no link.
  expect(guidePage("# A\n[b](../infra/stages.ts) [c](imports.md#columns)")).toContain(
    '<p>b <a href="/docs/imports#columns">c</a></p>',
  );
});
