/** What a request asks for, as IAM sees it: an action on a resource, with what conditions may look at. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  /** Partition keys that it names; none where it names none, as a Scan. */
  readonly leadingKeys?: readonly string[] | undefined;
  /** What the names of listed objects begin with. */
  readonly prefix?: string | undefined;
  /** Tags that a session is to have. */
  readonly sessionTags?: Readonly<Record<string, string>> | undefined;
}
