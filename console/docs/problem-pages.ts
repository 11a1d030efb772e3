import type { Plugin } from "vite";
import { type ProblemWords, problemWords } from "../../functions/contract/problem-words.ts";
import { plainPage, text } from "./plain-page.ts";

/** The pages to which the `type` of a problem answer leads: plain HTML, read without signing in and without a script. */
export function problemPages(): Plugin {
  return {
    name: "problem-pages",
    generateBundle() {
      const emit = (fileName: string, source: string) => this.emitFile({ type: "asset", fileName, source });
      emit("docs/problems/index.html", overview());
      for (const [code, words] of Object.entries(problemWords)) emit(`docs/problems/${code}.html`, page(code, words));
    },
  };
}

function page(code: string, { title, meaning, advice }: ProblemWords): string {
  return plainPage(
    title,
    `<p>The code of this problem is <code>${text(code)}</code>.</p>
<h2>What it means</h2>
<p>${text(meaning)}</p>
<h2>What to do</h2>
<p>${text(advice)}</p>
<p>The answer itself says in <code>detail</code> what is wrong with this request, and in <code>requestId</code> by which name
support finds it.</p>
<p><a href="/docs/problems/">All problems</a></p>`,
  );
}

function overview(): string {
  const rows = Object.entries(problemWords).map(
    ([code, { title }]) => `<li><a href="/docs/problems/${code}"><code>${text(code)}</code></a>: ${text(title)}</li>`,
  );
  return plainPage(
    "Problems",
    `<p>A request that is refused is answered with a problem (RFC 9457). Its <code>code</code> is one of these:</p>
<ul>
${rows.join("\n")}
</ul>`,
  );
}
