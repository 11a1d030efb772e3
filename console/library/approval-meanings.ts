import type { Approval } from "#domain/library";

export const approvalMeanings: Readonly<Record<Approval, string>> = {
  NEVER: "Never needed",
  LARGE: "For large batch updates",
  ALWAYS: "For every batch update",
};
