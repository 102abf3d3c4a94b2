import { randomUUID } from "node:crypto";
import { createDynamoClient, createDynamoRecords } from "#adapters/aws/records.dynamodb.ts";
import { createTable, startDynalite } from "#test/support/dynamo-table.ts";
import { describeRecords, type RecordsUnderTest } from "./records.suite.ts";

const startOn = async (endpoint: string, stop: () => Promise<void>): Promise<RecordsUnderTest> => {
  const client = createDynamoClient({
    endpoint,
    region: process.env["AWS_REGION"] ?? "eu-west-2",
    credentials: {
      accessKeyId: process.env["AWS_ACCESS_KEY_ID"] ?? "test",
      secretAccessKey: process.env["AWS_SECRET_ACCESS_KEY"] ?? "test",
    },
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

const endpointUrl = process.env["AWS_ENDPOINT_URL"];
if (endpointUrl !== undefined) {
  describeRecords(`DynamoDB at ${endpointUrl}`, () => startOn(endpointUrl, async () => {}));
}
