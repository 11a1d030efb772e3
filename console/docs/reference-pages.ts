import type { Plugin } from "vite";
import { z } from "zod";
import { type Described, nouns, operations } from "../../functions/contract/contract.ts";
import { manners } from "../../functions/contract/manners.ts";
import { problemsOf } from "../../functions/contract/operation.ts";
import { pathParameters } from "../../functions/contract/path-parameters.ts";
import { problemStatus } from "../../functions/contract/problem.ts";
import { plainPage, text } from "./plain-page.ts";

/** The reference of the API, made from the contract that the API serves: a page for each noun, and one that leads to them. */
export function referencePages(): Plugin {
  return {
    name: "reference-pages",
    generateBundle() {
      const emit = (fileName: string, source: string) => this.emitFile({ type: "asset", fileName, source });
      emit("docs/reference/index.html", overview());
      for (const { name, description } of nouns) {
        emit(`docs/reference/${fileOf(name)}.html`, nounPage(name, description));
      }
    },
  };
}

function fileOf(noun: string): string {
  return noun.toLowerCase().replaceAll(" ", "-");
}

function overview(): string {
  const sections = nouns.map(({ name, description }) => {
    const its = operations.filter(({ noun }) => noun === name);
    const lines = its.map(
      (it) => `<li><a href="/docs/reference/${fileOf(name)}#${it.name}">${address(it)}</a>: ${text(it.summary)}</li>`,
    );
    return `<h2>${text(name)}</h2>
<p>${text(description)}.</p>
<ul>
${lines.join("\n")}
</ul>`;
  });
  return plainPage(
    "Reference of the API",
    `<p>Every address of the API. For programs the same stands in <a href="/v1/openapi.json">/v1/openapi.json</a>
(OpenAPI 3.1), from which clients can be generated.</p>
<h2>What holds everywhere</h2>
<ul>
${manners.map((one) => `<li>${inline(one)}</li>`).join("\n")}
</ul>
${sections.join("\n")}`,
  );
}

/** The page of a noun: what each of its addresses takes and answers. */
export function nounPage(name: string, description: string): string {
  const its = operations.filter(({ noun }) => noun === name);
  return plainPage(
    name,
    `<p>${text(description)}. <a href="/docs/reference/">All of the API</a></p>
${its.map(section).join("\n")}`,
  );
}

function section(it: Described): string {
  const { example } = it;
  return `<h2 id="${it.name}">${text(it.summary)}</h2>
<p>${address(it)}</p>
${it.description === undefined ? "" : `<p>${inline(it.description)}</p>`}
<p>${it.access === "open" ? "Needs no token." : `For ${it.roles.join(", ")}.`}</p>
${table("In the address", rowsOfParameters(it))}
${it.body === undefined ? "" : table("In the body", rowsOf(it.body))}
${shown("Such as", example.body)}
${Object.entries(it.answers)
  .map(([status, schema]) => table(`Answer ${status}`, rowsOf(schema)))
  .join("\n")}
${shown("Such as", example.answer)}
<p>Problems: ${problemsOf(it)
    .map((code) => `<a href="/docs/problems/${code}">${problemStatus[code]} ${code}</a>`)
    .join(", ")}.</p>`;
}

function address({ method, path }: Described): string {
  return `<code>${method} ${text(path.replace(/:(\w+)/g, "{$1}"))}</code>`;
}

/** Backticks as in the description of the API. */
function inline(sentence: string): string {
  return text(sentence).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}

function shown(title: string, example: unknown): string {
  if (example === undefined) return "";
  return `<p>${title}:</p>
<pre tabindex="0"><code>${text(JSON.stringify(example, null, 2))}</code></pre>`;
}

interface Row {
  readonly name: string;
  readonly form: string;
  readonly isRequired: boolean;
  readonly description: string;
}

function table(caption: string, rows: readonly Row[]): string {
  if (rows.length === 0) return "";
  const lines = rows.map(
    ({ name, form, isRequired, description }) =>
      `<tr><th scope="row"><code>${text(name)}</code></th><td>${text(form)}</td><td>${isRequired ? "yes" : "no"}</td><td>${inline(description)}</td></tr>`,
  );
  return `<table>
<caption>${text(caption)}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Form</th><th scope="col">Always there</th><th scope="col">Meaning</th></tr></thead>
<tbody>
${lines.join("\n")}
</tbody>
</table>`;
}

/** As much of a JSON Schema as the pages tell. */
interface Form {
  readonly type?: string | readonly string[];
  readonly $ref?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Form>>;
  readonly required?: readonly string[];
  readonly items?: Form;
  readonly anyOf?: readonly Form[];
  readonly oneOf?: readonly Form[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Levels of fields within fields that are told; deeper ones stand in the description for programs. */
const deepest = 3;

function rowsOfParameters(it: Described): Row[] {
  const inPath = [...it.path.matchAll(/:(\w+)/g)].map(([, name = ""]) => ({
    name,
    form: formOf(schemaOf(pathParameters[name] ?? z.string()).root),
    isRequired: true,
    description: "part of the path",
  }));
  return [...inPath, ...rowsOf(it.query)];
}

function rowsOf(schema: z.ZodType): Row[] {
  const { root, named } = schemaOf(schema);
  return fieldsOf(root, named, "", deepest);
}

function schemaOf(schema: z.ZodType) {
  const { $defs = {}, ...root } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  // Safe: what is read of a JSON Schema here is optional throughout.
  return { root: root as Form, named: $defs as Readonly<Record<string, Form>> };
}

function fieldsOf(form: Form, named: Readonly<Record<string, Form>>, before: string, levels: number): Row[] {
  const meant = form.$ref === undefined ? form : (named[form.$ref.replace("#/$defs/", "")] ?? {});
  if (meant.items !== undefined) return fieldsOf(meant.items, named, `${before}[]`, levels);
  return Object.entries(meant.properties ?? {}).flatMap(([name, field]) => {
    const path = before === "" ? name : `${before}.${name}`;
    const row = {
      name: path,
      form: formOf(field, named),
      isRequired: meant.required?.includes(name) ?? false,
      description: field.description ?? "",
    };
    return levels === 1 ? [row] : [row, ...fieldsOf(field, named, path, levels - 1)];
  });
}

function formOf(form: Form, named: Readonly<Record<string, Form>> = {}): string {
  if (form.$ref !== undefined) {
    const name = form.$ref.replace("#/$defs/", "");
    const meant = named[name];
    return meant === undefined || meant.properties !== undefined || meant.$ref !== undefined
      ? "object"
      : formOf(meant, named);
  }
  if (form.const !== undefined) return String(form.const);
  if (form.enum !== undefined) return form.enum.join(" | ");
  const either = form.anyOf ?? form.oneOf;
  if (either !== undefined) return [...new Set(either.map((one) => formOf(one, named)))].join(" or ");
  if (form.items !== undefined) return `list of ${formOf(form.items, named)}`;
  if (form.format !== undefined) return form.format;
  const type = [form.type ?? "anything"].flat().join(" or ");
  const { minimum, maximum } = form;
  if (maximum === undefined || maximum === Number.MAX_SAFE_INTEGER)
    return minimum === undefined ? type : `${type} from ${minimum}`;
  return `${type}, ${minimum ?? "at most"} to ${maximum}`;
}
