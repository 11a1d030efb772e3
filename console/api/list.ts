/** Which page of a list of the API. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor: string | undefined;
}
