import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  type TableDescription,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
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
 * @throws Error when a table of that name is there with other keys or indexes: data of another version of the template.
 */
export async function ensureTable(client: DynamoDBClient, { create, timeToLiveAttribute }: TableInput): Promise<void> {
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
