/** Lines of an import for tests that need patrons of their own. */
export interface MediumLine {
  readonly medium: string;
  readonly [field: string]: unknown;
}

/** A patron with one digital book record, unless said otherwise. */
export function patronLine(patronId: string, more: Record<string, unknown> = {}) {
  return {
    patronId,
    lastName: `Last ${patronId}`,
    firstName: "First",
    mainStatus: "ACTIVE",
    branch: "NC1A",
    media: [mediumLine()],
    ...more,
  };
}

export function mediumLine(more: Record<string, unknown> = {}): MediumLine {
  return {
    medium: "DB",
    serveCode: "NA",
    deliveryMethod: "PHYSICAL",
    maxServiceQueueSize: 20,
    refillPoint: 5,
    nightlyDebug: false,
    ...more,
  };
}

export function patronIds(count: number, prefix = "T"): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(6, "0")}`);
}
