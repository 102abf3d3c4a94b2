import { S3Client } from "@aws-sdk/client-s3";
import { clientDefaults } from "./client-defaults.ts";

/**
 * Checksums only where an operation requires them: otherwise the SDK signs the CRC32 of an empty body into
 * every upload URL, and no device could use it.
 */
export const createS3Client = () =>
  new S3Client({
    ...clientDefaults({ requestTimeoutMs: 15_000 }),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
