import { randomUUID } from "node:crypto";
import { createDynamoClient, createDynamoRecords } from "#adapters/aws/records.dynamodb.ts";
import { awsEndpoint, emulatorClient, tellLeftOut } from "#test/support/aws-endpoint.ts";
import { createTable, startDynalite } from "#test/support/dynamo-table.ts";
import { describeRecords, type RecordsUnderTest } from "./records.suite.ts";

const startOn = async (endpoint: string, stop: () => Promise<void>): Promise<RecordsUnderTest> => {
  const client = createDynamoClient({
    ...emulatorClient,
    endpoint,
  });
  const tableName = `witnessed-test-${randomUUID()}`;
  const drop = await createTable(client, tableName);
  return {
    records: createDynamoRecords({ client, tableName }),
    end: async () => {
      await drop();
      client.destroy();
      await stop();
    },
  };
};

describeRecords("DynamoDB (dynalite)", async () => {
  const { endpoint, stop } = await startDynalite();
  return startOn(endpoint, stop);
});

if (awsEndpoint === undefined) {
  tellLeftOut("DynamoDB", "the records' suite runs over dynalite and SQLite");
} else {
  const endpoint = awsEndpoint;
  describeRecords(`DynamoDB at ${endpoint}`, () => startOn(endpoint, async () => {}));
}
