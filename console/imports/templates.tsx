import { importFormats, importKinds } from "#domain/import/import-job";
import { importTemplate } from "#domain/import/template";
import type { LibrarySettings } from "#domain/library";

const mediaTypes = { csv: "text/csv", jsonl: "application/x-ndjson" } as const;

/** Files to begin with, made from the library's own tables. */
export function Templates({ library }: { library: LibrarySettings }) {
  return (
    <section aria-labelledby="templates">
      <h2 id="templates">Template files</h2>
      <p>
        Each has every column that your library can fill, and one example line: replace it with your own. Columns that
        you do not need can be deleted. <a href="/docs/imports">What each column means</a>
      </p>
      <ul className="templates">
        {importKinds.flatMap((kind) =>
          importFormats.toReversed().map((format) => (
            <li key={kind + format}>
              <button
                type="button"
                className="usa-button usa-button--outline"
                onClick={() =>
                  saveAs(`${kind}-template.${format}`, importTemplate(kind, format, library), mediaTypes[format])
                }
              >
                {kind === "patrons" ? "Patrons" : "Titles"}, {format.toUpperCase()}
              </button>
            </li>
          )),
        )}
      </ul>
    </section>
  );
}

/** Gives a text to the reader as a file. */
function saveAs(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
