import { defineConfig } from "vitest/config";

/**
 * What takes long: whole libraries, killed products, faults of every kind, fuzz, and every browser test but the one that
 * does the whole job. `npm run test:full` runs these, `npm test` all others.
 */
const long = [
  "test/console/accessibility.test.ts",
  "test/console/build.test.ts",
  "test/console/again.test.ts",
  "test/console/around-the-job.test.ts",
  "test/console/conformance.test.ts",
  "test/console/correcting.test.ts",
  "test/console/dark.test.ts",
  "test/console/drafts.test.ts",
  "test/console/focus.test.ts",
  "test/console/imports.test.ts",
  "test/console/large-job.test.ts",
  "test/console/libraries.test.ts",
  "test/console/members.test.ts",
  "test/console/one-by-one.test.ts",
  "test/console/planned.test.ts",
  "test/console/privacy.test.ts",
  "test/console/signing.test.ts",
  "test/console/support.test.ts",
  "test/console/spread.test.ts",
  "test/console/survival.test.ts",
  "test/console/transcript.test.ts",
  "test/console/workbench.test.ts",
  "test/infra/stages.test.ts",
  "test/records/apply-model.test.ts",
  "test/records/catalogue-size.test.ts",
  "test/records/erasing-at-work.test.ts",
  "test/records/erasing-kills.test.ts",
  "test/records/erasing-walks.test.ts",
  "test/records/erasures.test.ts",
  "test/records/library-deletion.test.ts",
  "test/records/retention-kills.test.ts",
  "test/system/bad-input.test.ts",
  "test/system/batch-update-faults.test.ts",
  "test/system/batch-update-follow-ups.test.ts",
  "test/system/batch-update-kills.test.ts",
  "test/system/erasing-kills.test.ts",
  "test/system/erasing-marks.test.ts",
  "test/system/events.test.ts",
  "test/system/exports.test.ts",
  "test/system/flood.test.ts",
  "test/system/lasting.test.ts",
  "test/system/leaving.test.ts",
  "test/system/mending.test.ts",
  "test/system/one-machine.test.ts",
  "test/system/one-thread.test.ts",
  "test/system/query-sets.test.ts",
  "test/system/restoring.test.ts",
  "test/system/retention.test.ts",
  "test/system/people-broken-off.test.ts",
  "test/system/samples.test.ts",
  "test/system/scheduled.test.ts",
  "test/system/starting.test.ts",
  "test/system/ten-thousand.test.ts",
];
const unit = "test/unit/**/*.test.ts";
const setupFiles = ["test/setup.ts"];

export default defineConfig({
  test: {
    // The product is started for real: an answer may take as long as a job does on a machine that is busy otherwise.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // One second, as it is by itself, is too little for a page on a busy machine.
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    // The browser that npm brings dies by itself once in thousands of pages; that alone is tried again, and is told
    // (test/console/browser.ts). Whatever a test itself finds fails at once.
    retry: { count: 1, condition: /(Page|Target) crashed/ },
    // Nobody makes metrics of what tests print; the tests of metrics ask for them.
    env: { POWERTOOLS_METRICS_DISABLED: "true" },
    reporters: ["default"],
    projects: [
      { extends: true, test: { name: "unit", include: [unit] } },
      {
        extends: true,
        test: { name: "product", include: ["test/**/*.test.ts"], exclude: [unit, ...long], setupFiles },
      },
      { extends: true, test: { name: "long", include: long, setupFiles } },
    ],
  },
});
