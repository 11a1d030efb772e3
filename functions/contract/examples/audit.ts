import type { Example } from "../operation.ts";

/** One call to show for each operation, by its name. */
export const auditExamples: Readonly<Record<string, Example>> = {
  listAudit: {
    answer: {
      items: [
        {
          at: "2026-03-02T14:05:09.120Z",
          actor: { sub: "piedmont-administrator", name: "piedmont-administrator" },
          role: "administrator",
          action: "BATCH_UPDATE_PROCESSED",
          subject: "batch-updates/01k8zq00000000000000batch1",
          detail: "812 patrons, digest 5f0c",
        },
      ],
    },
  },
  exportAudit: { answer: { csvUrl: "https://files.example.org/piedmont/exports/audit.csv" } },
  listKeystoneAudit: {
    answer: {
      items: [
        {
          at: "2026-03-02T15:12:40.020Z",
          actor: { sub: "keystone-support", name: "keystone-support" },
          role: "support",
          action: "EXECUTION_STOPPED",
          subject: "executions/started-by-hand",
          detail: "Stops the execution. What it did stays done.",
          reason: "No one knows what it is for",
        },
      ],
    },
  },
};
