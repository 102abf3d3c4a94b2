import { bodyChecks } from "./body-checks.ts";
import { type Check, type CheckResult, runCheck } from "./check.ts";
import { logChecks } from "./log-checks.ts";
import { partsChecks } from "./parts-checks.ts";
import { registrationChecks } from "./registration-checks.ts";
import { signatureChecks } from "./signature-checks.ts";
import { uploadChecks } from "./upload-checks.ts";
import { createWorld, type WorldOptions } from "./world.ts";

/** Everything that the contract says to devices, in the order in which a vendor meets it. */
const checks: readonly Check[] = [
  ...signatureChecks,
  ...bodyChecks,
  ...uploadChecks,
  ...partsChecks,
  ...logChecks,
  ...registrationChecks,
];

export type ConformanceReport = {
  readonly baseUrl: string;
  readonly signer: string;
  /** The part of every name that this run used: `DRILL-<run>-…`. */
  readonly run: string;
  readonly startedAt: string;
  readonly passed: number;
  readonly failed: number;
  readonly notPossible: number;
  readonly checks: readonly CheckResult[];
};

export const checkIds: readonly string[] = checks.map(({ id }) => id);

/** Makes every check, or only those named, one after the other, telling each result as it comes. */
export async function runConformance(
  options: WorldOptions & { readonly only?: readonly string[] | undefined },
  onResult: (result: CheckResult) => void,
): Promise<ConformanceReport> {
  const startedAt = new Date().toISOString();
  const world = createWorld(options);
  const results: CheckResult[] = [];
  for (const check of checks) {
    if (options.only && !options.only.includes(check.id)) continue;
    const result = await runCheck(check, world);
    results.push(result);
    onResult(result);
  }
  const count = (wanted: CheckResult["result"]) => results.filter(({ result }) => result === wanted).length;
  return {
    baseUrl: options.baseUrl,
    signer: options.key.keyId,
    run: world.run,
    startedAt,
    passed: count("passed"),
    failed: count("failed"),
    notPossible: count("not possible"),
    checks: results,
  };
}
