import type { SFNClientConfig } from "@aws-sdk/client-sfn";

/**
 * Where `npm run test:aws` finds an emulator of AWS, such as moto or LocalStack; undefined without one. The
 * suites of the AWS adapters that nothing in this process can stand in for are registered only when it is set.
 */
export const awsEndpoint: string | undefined = process.env["AWS_ENDPOINT_URL"];

/** The region and the credentials that an emulator takes, where the environment names no others. */
export const emulatorClient = {
  region: process.env["AWS_REGION"] ?? "eu-west-2",
  credentials: {
    accessKeyId: process.env["AWS_ACCESS_KEY_ID"] ?? "test",
    secretAccessKey: process.env["AWS_SECRET_ACCESS_KEY"] ?? "test",
  },
} satisfies SFNClientConfig;

/** Says which part of a suite did not run, since nothing that is left out may look as if it had passed. */
export const tellLeftOut = (service: string, what: string): void => {
  process.stdout.write(`${service}: no AWS_ENDPOINT_URL, so ${what}.\n`);
};
