/** Support's page of a job: its subject is such as `batch-updates/01k2...`. */
export function jobPath(library: string, subject: string): string {
  return `/support/jobs/${encodeURIComponent(library)}/${subject}`;
}

export function executionPath(name: string): string {
  return `/support/executions/${encodeURIComponent(name)}`;
}
