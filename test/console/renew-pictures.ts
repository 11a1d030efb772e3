// Makes the pictures and the transcript in docs/console anew: node test/console/renew-pictures.ts
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startProduct } from "#test/product";
import { openBrowser, visit } from "./browser.ts";
import { tellJob, toldPatrons, transcriptOf } from "./told-job.ts";

const folder = join(import.meta.dirname, "..", "..", "docs", "console");

const [product, browser] = await Promise.all([
  startProduct({ samplePatrons: toldPatrons, sampleTitles: 5000 }),
  openBrowser(),
]);
try {
  const visitor = await visit(browser, product.url, { at: "/" });
  await visitor.page.setViewportSize({ width: 1280, height: 1000 });
  const told = await tellJob(visitor, async (name) => {
    // The pointer and the focus are no part of what is shown.
    await visitor.page.evaluate(() => scrollTo(0, 0));
    await visitor.page.screenshot({ path: join(folder, `${name}.png`) });
  });
  await writeFile(join(folder, "transcript.md"), transcriptOf(told));
} finally {
  await browser.close();
  await product.remove();
}
