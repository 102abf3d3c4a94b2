import { SFNClient } from "@aws-sdk/client-sfn";
import { clientDefaults } from "./client-defaults.ts";

export const createSFNClient = () => new SFNClient(clientDefaults({ requestTimeoutMs: 5000 }));
