import { SNSClient } from "@aws-sdk/client-sns";
import { clientDefaults } from "./client-defaults.ts";

export const createSNSClient = () => new SNSClient(clientDefaults({ requestTimeoutMs: 5000 }));
