import { createConfig, lintFromString } from "@redocly/openapi-core";
import { openApi } from "../../functions/api/openapi.ts";

/** Has a linter that knows nothing of ours read the description of the API, by its strictest rules and without a network. */
const description = openApi({
  origin: "https://updates.example.org",
  tokenUrl: "https://updates.example.org/oidc/token",
});
const problems = await lintFromString({
  source: JSON.stringify(description),
  absoluteRef: "openapi.json",
  config: await createConfig({ extends: ["recommended-strict"] }),
});
for (const { ruleId, message, location } of problems) {
  process.stderr.write(`${location[0]?.pointer ?? ""} ${ruleId}: ${message}\n`);
}
if (problems.length > 0) process.exit(1);
