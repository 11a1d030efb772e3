import type { Objects } from "./objects.ts";
import type { Table } from "./table.ts";

/** Where everything is kept: records in DynamoDB, chunk objects and reports in S3. */
export interface Store {
  readonly table: Table;
  readonly objects: Objects;
}
