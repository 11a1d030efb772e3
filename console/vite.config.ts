import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { guidePages } from "./docs/guide-pages.ts";
import { problemPages } from "./docs/problem-pages.ts";
import { referencePages } from "./docs/reference-pages.ts";

const here = import.meta.dirname;
const designSystem = join(here, "..", "node_modules", "@uswds", "uswds", "packages");

/**
 * Leaves out what zod carries along and only the API needs: how schemas are written as JSON Schema, and sentences about
 * what is wrong with a request. An answer that is not as declared is told by path and code. A tenth of the script is saved.
 */
const withoutServersParts: Plugin = {
  name: "without-servers-parts",
  transform(code, id) {
    if (/[\\/]zod[\\/]v4[\\/]locales[\\/]en\.js$/.test(id)) return { code: "export default () => ({});", map: null };
    if (!/[\\/]zod[\\/]v4[\\/]core[\\/](?:json-schema-processors|to-json-schema)\.js$/.test(id)) return undefined;
    const names = [...code.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
    return { code: names.map((name) => `export const ${name} = () => undefined;`).join("\n"), map: null };
  },
};

/** Leaves out the sentences of the contract, which only the API's description shows. */
const withoutDescriptions: Plugin = {
  name: "without-descriptions",
  enforce: "pre",
  transform(code, id) {
    if (!/[\\/]functions[\\/]contract[\\/]/.test(id)) return undefined;
    return { code: code.replaceAll(/\b(description|summary):(\s*)"(?:[^"\\]|\\.)*"/g, '$1:$2""'), map: null };
  },
};

/** The views of some folders, but for what stands in the frame around every view. */
function viewsOf(...folders: readonly string[]): RegExp {
  return new RegExp(`console[\\\\/](?:${folders.join("|")})[\\\\/](?!change-library)`);
}

export default defineConfig({
  root: here,
  base: "/",
  publicDir: false,
  resolve: {
    // A sixth of React's size, under the same names. Everything that asks for React gets it, the libraries too.
    alias: [
      { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
      { find: /^react\/jsx-runtime$/, replacement: "preact/jsx-runtime" },
      { find: /^react(?:-dom)?$/, replacement: "preact/compat" },
    ],
  },
  plugins: [withoutServersParts, withoutDescriptions, react(), problemPages(), guidePages(), referencePages()],
  css: {
    preprocessorOptions: { scss: { loadPaths: [designSystem], quietDeps: true, silenceDeprecations: ["if-function"] } },
  },
  build: {
    outDir: join(here, "dist"),
    emptyOutDir: true,
    target: "es2023",
    // Inlined files would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // Many small files compress badly: what several views share is one, and so are the views of one part of the work.
        codeSplitting: {
          groups: [
            { name: "shared", minShareCount: 2, priority: 2 },
            { name: "finding", test: viewsOf("query", "query-set"), priority: 1 },
            { name: "updating", test: viewsOf("batch-update", "patron"), priority: 1 },
            {
              name: "keeping",
              test: viewsOf(
                "audit",
                "clients",
                "erasure",
                "exports",
                "imports",
                "libraries",
                "library",
                "people",
                "recipe",
              ),
              priority: 1,
            },
          ],
        },
      },
    },
  },
});
