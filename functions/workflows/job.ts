/** What a long job is known by: its library, and its id among those of its kind. */
export interface Job {
  readonly library: string;
  readonly job: string;
}
