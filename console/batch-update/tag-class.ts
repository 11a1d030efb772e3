/** How the word of an action or an outcome is drawn: good, bad, or neither. */
export function tagClass(code: string): string {
  if (["UPDATE", "CREATE", "REMOVE", "UPDATED", "CREATED", "REMOVED"].includes(code)) return "tag tag-good";
  if (["INVALID", "CONFLICT", "NOT_FOUND", "FAILED"].includes(code)) return "tag tag-bad";
  return "tag";
}
