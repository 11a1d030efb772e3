import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // The product is started for real: an answer may take as long as a job does on a busy machine of two cores.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    setupFiles: ["test/setup.ts"],
    maxWorkers: 2,
    reporters: ["default"],
  },
});
