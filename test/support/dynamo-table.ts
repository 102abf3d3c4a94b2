import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { recordsTable } from "#contracts/table.ts";

const string = (name: string) => ({ AttributeName: name, AttributeType: "S" as const });
const schema = (partitionKey: string, sortKey: string) => [
  { AttributeName: partitionKey, KeyType: "HASH" as const },
  { AttributeName: sortKey, KeyType: "RANGE" as const },
];

/** Makes the records table as the stack makes it, and gives the way to take it away. */
export const createTable = async (
  client: DynamoDBClient,
  tableName: string,
): Promise<() => Promise<void>> => {
  const indexes = Object.values(recordsTable.indexes);
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        string(recordsTable.partitionKey),
        string(recordsTable.sortKey),
        ...indexes.flatMap((index) => [string(index.partitionKey), string(index.sortKey)]),
      ],
      KeySchema: schema(recordsTable.partitionKey, recordsTable.sortKey),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: schema(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: "ALL" },
      })),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName: tableName });
  return async () => {
    await client.send(new DeleteTableCommand({ TableName: tableName }));
  };
};

/** A DynamoDB in this process, on a free port of 127.0.0.1. */
export const startDynalite = async (): Promise<{
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}> => {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.close();
      await once(server, "close");
    },
  };
};
