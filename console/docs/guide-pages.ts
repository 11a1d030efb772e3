import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Marked, type Tokens } from "marked";
import type { Plugin } from "vite";
import { plainPage, stylesheet, text } from "./plain-page.ts";

const folder = join(import.meta.dirname, "..", "..", "docs");

/** Documents of the repository that are read where the console is: by name, with what they are for. */
const guides = {
  accessibility: "How the console conforms to WCAG 2.2, row by row",
  glossary: "The words that this product uses, and what they mean",
  runbook: "What rings or needs attention, what it means, how to look, what to do",
  operating: "How the product is deployed, kept and looked into",
  imports: "How records come in and go out",
  privacy: "What is kept of patrons: why, how long, who can see it, how it ends",
} as const;

/** The guides as pages, from the very documents in the repository, so that there is one text of each. */
export function guidePages(): Plugin {
  return {
    name: "guide-pages",
    async generateBundle() {
      const emit = (fileName: string, source: string) => this.emitFile({ type: "asset", fileName, source });
      emit("docs/docs.css", stylesheet);
      emit("docs/index.html", overview());
      for (const name of Object.keys(guides)) {
        emit(`docs/${name}.html`, guidePage(await readFile(join(folder, `${name}.md`), "utf8")));
      }
    },
  };
}

function overview(): string {
  const rows = Object.entries(guides).map(
    ([name, what]) =>
      `<li><a href="/docs/${name}">${text(name[0]?.toUpperCase() + name.slice(1))}</a>: ${text(what)}</li>`,
  );
  return plainPage(
    "Documentation",
    `<ul>
${rows.join("\n")}
<li><a href="/docs/reference/">Reference of the API</a>: every address, what it takes and what it answers</li>
<li><a href="/docs/problems/">Problems</a>: what a request that is refused is answered with</li>
</ul>`,
  );
}

/** A page of a document, whose first heading is its title. Each other heading can be linked to by its own words. */
export function guidePage(markdown: string): string {
  const [, title = "", body = ""] = /^# (.+)\n([\s\S]*)$/.exec(markdown) ?? [];
  if (title === "") throw new Error("A guide begins with its title");
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: words }: Tokens.Heading) {
        return `<h${depth} id="${text(anchorOf(words))}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const said = this.parser.parseInline(tokens);
        const to = addressOf(href);
        return to === undefined ? said : `<a href="${text(to)}">${said}</a>`;
      },
    },
  });
  return plainPage(title, marked.parse(body, { async: false }));
}

/** As code hosts make it of a heading, so that a link works there and here. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

/** Where a link of a document leads on a page; undefined for what is only in the repository. */
function addressOf(href: string): string | undefined {
  if (/^(https?:\/\/|#|\/)/.test(href)) return href;
  const [, name = "", anchor = ""] = /^([a-z]+)\.md(#.+)?$/.exec(href) ?? [];
  return Object.hasOwn(guides, name) ? `/docs/${name}${anchor}` : undefined;
}
