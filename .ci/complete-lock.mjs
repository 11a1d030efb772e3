/**
 * Adds to package-lock.json the optional platform packages that the registry in use did not offer.
 *
 * A mirror may lack the builds of platforms it does not serve. npm then leaves them out of the lock file, and `npm ci`
 * calls the lock file out of step. With their entries in place `npm ci` passes over them on every other platform.
 * Run after changing dependencies: `node .ci/complete-lock.mjs`.
 */
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const systems = {
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  openharmony: "openharmony",
  win32: "win32",
};
const added = [];

for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const at = `node_modules/${name}`;
    if (lock.packages[at] !== undefined) continue;
    const words = name.split(/[/-]/);
    const os = words.map((word) => systems[word]).find(Boolean) ?? "linux";
    const cpu = words.find((word) => ["arm64", "x64", "arm", "ppc64", "riscv64", "s390x", "ia32"].includes(word));
    const libc = words.includes("musl") || words.includes("musleabihf") ? ["musl"] : undefined;
    if (cpu === undefined || !/^\d/.test(version)) continue;
    lock.packages[at] = { version, cpu: [cpu], dev: entry.dev, ...(libc && { libc }), optional: true, os: [os] };
    added.push(at);
  }
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? "the lock file is complete" : `added:\n  ${added.join("\n  ")}`);
