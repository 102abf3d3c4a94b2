import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { clientDefaults } from "./client-defaults.ts";

/** Single items answer in milliseconds; what takes longer is better asked again. */
export const createDynamoDBClient = () => new DynamoDBClient(clientDefaults({ requestTimeoutMs: 3000 }));
