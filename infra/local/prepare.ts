import { buildConsoleOnce, synthesise } from "./synthesise.ts";

// Run by npm after installing, so that the very first start finds template and console made. Whatever goes wrong here is
// tried again, and told, by the start.
const ends = await Promise.allSettled([synthesise(), buildConsoleOnce()]);
for (const end of ends) if (end.status === "rejected") process.stderr.write(`${String(end.reason)}\n`);
