import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { DamagedFolder } from "../kept-file.ts";
import type { TableInput } from "./table-input.ts";

const names = (keys: readonly { AttributeName?: string | undefined }[] | undefined) =>
  (keys ?? []).map((key) => key.AttributeName).join("+");

const shape = (table: Pick<TableDescription, "KeySchema"> & { indexes: TableDescription["GlobalSecondaryIndexes"] }) =>
  [
    names(table.KeySchema),
    ...(table.indexes ?? []).map((index) => `${index.IndexName}(${names(index.KeySchema)})`).sort(),
  ].join(" ");

/**
 * Makes the table unless it is there.
 *
 * @param mustExist whether an earlier start has made it
 * @throws DamagedFolder when it was made and is lost.
 * @throws Error when a table of that name is there with other keys or indexes: data of another version of the template.
 */
export async function ensureTable(
  client: DynamoDBClient,
  { create, timeToLiveAttribute }: TableInput,
  mustExist: boolean,
): Promise<void> {
  if (mustExist && !(await isThere(client, create.TableName))) {
    const mend = "Put a copy of DATA_DIR from before in its place, or remove DATA_DIR to begin again with the samples";
    throw new DamagedFolder(`The table ${create.TableName}`, `is no longer in the database. ${mend}`);
  }
  try {
    await client.send(new CreateTableCommand(create));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    const { Table } = await client.send(new DescribeTableCommand({ TableName: create.TableName }));
    const found = shape({ KeySchema: Table?.KeySchema, indexes: Table?.GlobalSecondaryIndexes });
    const wanted = shape({ KeySchema: create.KeySchema, indexes: create.GlobalSecondaryIndexes });
    if (found !== wanted) {
      throw new Error(
        `The table ${create.TableName} was made with the keys ${found}, the template now wants ${wanted}: start with another DATA_DIR.`,
      );
    }
  }
  if (timeToLiveAttribute !== undefined) {
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: create.TableName,
        TimeToLiveSpecification: { AttributeName: timeToLiveAttribute, Enabled: true },
      }),
    );
  }
}

async function isThere(client: DynamoDBClient, TableName: string | undefined): Promise<boolean> {
  try {
    await client.send(new DescribeTableCommand({ TableName }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}
