import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { expect, test } from "vitest";

const functions = resolve(import.meta.dirname, "../../functions");
const files = readdirSync(functions, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));

/** Where functions do by hand what the ground does for all of them. */
function found(pattern: RegExp, home: string): string[] {
  return files.filter((path) => path !== home && pattern.test(readFileSync(join(functions, path), "utf8")));
}

test("functions go side by side through the ground alone, which waits for all that was begun", () => {
  expect(files.length).toBeGreaterThan(100);
  expect(found(/Promise\.all\b|\{ concurrency:/, join("platform", "side-by-side.ts"))).toEqual([]);
});

test("lists are cut in one place", () => {
  expect(found(/\.slice\((\w+), \1 \+ \w+\)/, join("platform", "slices.ts"))).toEqual([]);
});

test("waiting before another try has one home", () => {
  expect(found(/setTimeout|Math\.random\(\) \*/, join("platform", "pause.ts"))).toEqual([]);
});

test("functions ask for the time of day in one place, which tests move", () => {
  expect(found(/new Date\(\)/, join("platform", "clock.ts"))).toEqual([]);
});

test("clients of the SDK wait for an answer as long as they are told to, in one place", () => {
  expect(found(/NodeHttpHandler/, join("platform", "answer-limit.ts"))).toEqual([]);
  expect(found(/new \w+Client\((\{\}|\{(?![^}]*(requestHandler|\.\.\.))[^}]*\})?\)/, "")).toEqual([]);
});

test("items of the table are read in one place, which looks at their format first", () => {
  const home = join("records", "store", "format.ts");
  expect(found(/[sS]chema\.(safeP|p)arse\((item|\w*\.Item)\)|\.parse\(await [\w.]*table\.get/, home)).toEqual([]);
  expect(found(/readItem\(/, home).length).toBeGreaterThan(10);
});

test("what a class keeps to itself has a name with #, which nobody can read past the types", () => {
  const root = resolve(functions, "..");
  const sources = ["console", "functions", "infra", "test"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => join(folder, path)),
  );
  expect(sources.length).toBeGreaterThan(300);
  // A constructor has no such name.
  const spelled = /^\s+(private|protected) (?!constructor\b)/m;
  expect(sources.filter((path) => spelled.test(readFileSync(join(root, path), "utf8")))).toEqual([]);
});

test("decisions are numbered one after the other, dated, and stand in the index", () => {
  const folder = resolve(functions, "../docs/adr");
  const index = readFileSync(join(folder, "README.md"), "utf8");
  const decisions = readdirSync(folder)
    .filter((name) => name !== "README.md")
    .sort();
  expect(decisions.length).toBeGreaterThan(10);
  for (const [place, name] of decisions.entries()) {
    const number = place + 1;
    const [title = "", , day = ""] = readFileSync(join(folder, name), "utf8").split("\n");
    expect(name).toMatch(new RegExp(`^${String(number).padStart(4, "0")}-[a-z0-9-]+\\.md$`));
    expect(title).toMatch(new RegExp(`^# ${number}\\. `));
    expect(day).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(index).toContain(`| [${number}](${name}) | ${title.slice(`# ${number}. `.length)} | ${day} |`);
  }
});

test("whatever a document of the repository links to is there, and the README names all that is deployed", () => {
  const root = resolve(functions, "..");
  const guides = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((path) =>
    join("docs", path),
  );
  const documents = ["README.md", "CONTRIBUTING.md", "SECURITY.md", join("infra", "local", "README.md"), ...guides];
  const links = documents
    .filter((path) => path.endsWith(".md"))
    .flatMap((path) =>
      [...readFileSync(join(root, path), "utf8").matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, to = ""]) => ({
        path,
        to,
      })),
    )
    .filter(({ to }) => !/^https?:|^\//.test(to));
  expect(links.length).toBeGreaterThan(100);
  expect(links.filter(({ path, to }) => !existsSync(join(root, dirname(path), to)))).toEqual([]);

  const deployed = files.filter((path) => path.endsWith(`${sep}index.ts`)).map((path) => dirname(path));
  const [, named = ""] = /^\| `functions\/\{([^}]+)\}\/` \|/m.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
  expect(named.split(",").sort()).toEqual(deployed.sort());
});

/** Words that people of the library would not use, or that the console writes in another way, each with the right ones. */
const unwanted: readonly (readonly [RegExp, string])[] = [
  [/\bany ?more\b/i, "no longer"],
  [/\bgood no longer\b/i, "no longer works"],
  [/\be-mail/i, "email"],
  [/\bforgotten your\b/i, "forgot your"],
  [/\bids\b|(?<![-.\w/:])id(?= (?:of|is|was|or|and)\b)/, "IDs, ID"],
  [/\b(?:[Cc]ancell|[Ll]abell)(?:ed|ing)\b/, "canceled, labeled"],
  [/\b(?:colour|behaviour|favourite|centre|catalogue|licence|whilst|recognise|organise)/i, "American spelling"],
  [/\b(?:e\.g|i\.e)\./i, "for example, that is"],
  [/\bclick(?: here| on)\b/i, "choose: not everybody has a mouse"],
  [/\bsuccessfully\b|\boops\b/i, "say what is done"],
  [/\b(?:tenant|payload|timestamp)\b/i, "what an administrator calls it"],
];

/** What a source shows: strings of more than one word, and texts between tags. Comments and imports are for us alone. */
function textsOf(source: string): string[] {
  const code = source
    .replaceAll(/\/\*[\s\S]*?\*\/|^import [\s\S]*?;$|(?<![:"'\w])\/\/ .*$/gm, "")
    .replaceAll(/className=(?:"[^"]*"|\{`[^`]*`\})/g, "");
  const strings = [...code.matchAll(/"([^"\n]*)"|`([^`\n]*)`/g)].map(([, one, two]) => one ?? two ?? "");
  const between = [...code.matchAll(/[>}]([^<>{}=;"`]*[a-z] [^<>{}=;"`]*)[<{]/g)].map(([, text = ""]) => text);
  // A single word is a code or the name of a control, if nothing tells otherwise.
  const shown = strings.filter((it) => it.includes(" ")).map((it) => it.replaceAll(/\$\{[^}]*\}/g, "…"));
  return [...shown, ...between.map((it) => it.trim())];
}

test("what people read is plain American English: no word of the list stands in the console or on the issuer's pages", () => {
  const root = resolve(functions, "..");
  const sources = ["console", "infra/local/identity"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path) && !/^(?:dist|docs)\b/.test(path))
      .map((path) => join(folder, path)),
  );
  const texts = sources.flatMap((path) =>
    textsOf(readFileSync(join(root, path), "utf8")).map((text) => `${path}: ${text}`),
  );
  expect(texts.length).toBeGreaterThan(1_500);
  expect(
    texts.flatMap((text) => unwanted.filter(([word]) => word.test(text)).map(([, right]) => `${text} → ${right}`)),
  ).toEqual([]);
});
