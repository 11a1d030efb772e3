import type { Example } from "../operation.ts";

const body = {
  name: "Move to duplication",
  changes: { deliveryMethod: "DUPLICATION", maxTitlesPerCartridge: 10, addServiceQueue: true },
};
const kept = {
  presetId: "01k8zq0000000000000preset1",
  ...body,
  createdBy: "piedmont-administrator",
  createdAt: "2026-03-02T13:40:51.310Z",
  version: 1,
};

/** One call to show for each operation, by its name. */
export const presetsExamples: Readonly<Record<string, Example>> = {
  listPresets: { answer: { items: [kept] } },
  createPreset: { body, answer: kept },
  getPreset: { answer: kept },
  replacePreset: { body, answer: { ...kept, changedAt: "2026-03-03T09:12:00.500Z", version: 2 } },
};
