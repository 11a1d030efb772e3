import type { Fault, Rule } from "#test/faults/layer";
import type { AwsRequest } from "#test/faults/requests";

export const steps = ["plan", "apply", "report", "fill"] as const;
export type Step = (typeof steps)[number];

const functionOf: Readonly<Record<Step, string>> = {
  plan: "Plan",
  apply: "ApplyChunk",
  // Splitting, reconciling, reporting and closing.
  report: "ApplyJob",
  fill: "BatchManagerFill",
};

/** A place where something is killed: at the nth request of a step, before AWS has done it or after. */
export interface KillPoint {
  readonly step: Step;
  readonly request: number;
  readonly when: "BEFORE" | "AFTER";
  /** One worker; the product's main process; or that one and all of its children. */
  readonly what: "WORKER" | "PRODUCT" | "EVERYTHING";
}

export type Requests = Readonly<Record<Step, number>>;

function stepOf({ functionName }: AwsRequest): Step | undefined {
  return steps.find((step) => functionName.startsWith(functionOf[step]));
}

/** Counts the requests of each step, and kills at the points. */
export class KillPoints {
  readonly #counted: Record<Step, number> = { plan: 0, apply: 0, report: 0, fill: 0 };
  readonly #open: Set<KillPoint>;
  readonly #killProduct: (everything: boolean) => void;

  constructor(points: readonly KillPoint[], killProduct: (everything: boolean) => void) {
    this.#open = new Set(points);
    this.#killProduct = killProduct;
  }

  get requests(): Requests {
    return { ...this.#counted };
  }

  /** Points that the work never came to. */
  get missed(): number {
    return this.#open.size;
  }

  readonly rule: Rule = (request): Fault | undefined => {
    const step = stepOf(request);
    if (step === undefined) return undefined;
    const count = ++this.#counted[step];
    for (const point of this.#open) {
      if (point.step !== step || point.request > count) continue;
      this.#open.delete(point);
      return point.what === "WORKER"
        ? { crash: point.when }
        : { cut: point.when, by: () => this.#killProduct(point.what === "EVERYTHING") };
    }
    return undefined;
  };
}

/** Splitting and closing have three tries: killed in all of them, a job is given up, as it should be. */
const mostOfOneStep = 2;

/** Random points, spread evenly over the steps that there are and over each step's requests. */
export function randomPoints(count: number, requests: Requests, random: () => number): KillPoint[] {
  const pick = <T>(choices: readonly T[]): T => {
    const chosen = choices[Math.floor(random() * choices.length)];
    if (chosen === undefined) throw new Error("There is nothing to choose from");
    return chosen;
  };
  const points: KillPoint[] = [];
  while (points.length < count) {
    const hasRoom = (step: Step) => points.filter((point) => point.step === step).length < mostOfOneStep;
    const step = pick(steps.filter((one) => requests[one] > 0 && hasRoom(one)));
    points.push({
      step,
      request: 1 + Math.floor(random() * requests[step]),
      when: pick(["BEFORE", "AFTER"] as const),
      what: pick(["WORKER", "WORKER", "PRODUCT", "EVERYTHING"] as const),
    });
  }
  return points;
}
