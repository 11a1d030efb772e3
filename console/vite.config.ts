import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { problemPages } from "./docs/problem-pages.ts";

const here = import.meta.dirname;
const designSystem = join(here, "..", "node_modules", "@uswds", "uswds", "packages");

export default defineConfig({
  root: here,
  base: "/",
  publicDir: false,
  plugins: [react(), problemPages()],
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
  },
});
