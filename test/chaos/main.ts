import { parseArgs } from "node:util";
import { startFaultLayer } from "#test/faults/layer";
import { seeded } from "#test/faults/rules";
import { jobs } from "#test/job";
import { crowd } from "../system/batch-update-bed.ts";
import { KillPoints, type Requests, randomPoints } from "./kill-points.ts";
import { runRound, type Work } from "./round.ts";
import { startSurvivor } from "./survivor.ts";

/**
 * `npm run chaos`: kills workers, the product, or all of its processes at random requests of planning, applying, reporting
 * and filling, starts the product again, and looks whether each patron was written once, all counts are exact, no queue
 * entry is doubled and the report is complete. The same seed asks for the same points.
 */
const { values } = parseArgs({
  options: {
    points: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    patrons: { type: "string", default: "1100" },
  },
});
const [wanted, seed, patrons] = [count(values.points), count(values.seed), count(values.patrons)];
/** Kill points of one round. More would use up the tries that a step has. */
const mostAtOnce = 3;

const random = seeded(seed);
const faults = await startFaultLayer();
const survivor = await startSurvivor(faults);
const started = Date.now();
const killed = { WORKER: 0, PRODUCT: 0, EVERYTHING: 0 };
const wrong: string[] = [];
let points = 0;
let rounds = 0;
try {
  const job = jobs(await survivor.running());
  const titles = ["CHAOS1", "CHAOS2"].map((titleId) => ({ titleId, medium: "DB", title: titleId, author: "Writer" }));
  await job.importLines("titles", titles);
  const who = await crowd(job, patrons, "C", { reserves: titles.map(({ titleId }) => titleId) });
  // What each kind of round asks for when nobody is killed.
  const usual: Requests[] = [];
  let last: string | undefined;
  while (points < wanted) {
    const isUndo = last !== undefined;
    const work: Work = last === undefined ? { cutoff: 1 + (rounds % 900) } : { undo: last };
    const requests = usual[isUndo ? 1 : 0];
    const armed = requests === undefined ? [] : randomPoints(Math.min(mostAtOnce, wanted - points), requests, random);
    const kills = new KillPoints(armed, (everything) => survivor.kill(everything));
    const round = await faults.during(kills.rule, () => runRound(survivor, who, `chaos-${seed}-${rounds}`, work));
    if (requests === undefined) usual.push(kills.requests);
    points += armed.length - kills.missed;
    for (const point of armed) killed[point.what]++;
    rounds++;
    const told = armed.map(({ step, request, when, what }) => `${what} ${when} ${step} ${request}`).join(", ");
    process.stdout.write(
      `${points}/${wanted} ${isUndo ? "undo" : "update"} [${told}] ${round.wrong.join("; ") || "ok"}\n`,
    );
    for (const one of round.wrong) wrong.push(`round ${rounds} [${told}]: ${one}`);
    if (round.wrong.length > 0) break;
    last = isUndo ? undefined : round.batchUpdateId;
  }
} finally {
  await survivor.remove();
  await faults.close();
}
const seconds = Math.round((Date.now() - started) / 1000);
process.stdout.write(
  `chaos: ${points} kill points (${killed.WORKER} workers, ${killed.PRODUCT} products, ${killed.EVERYTHING} with all processes) in ${rounds} rounds of ${patrons} patrons, ${survivor.restarts} restarts, seed ${seed}, ${seconds} s: ${wrong.length === 0 ? "each patron written once, counts exact, no entry doubled, every report complete" : wrong.join("\n")}\n`,
);
process.exit(wrong.length === 0 ? 0 : 1);

function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`${text} is not a number from 1 on`);
  return Number(text);
}
