import type { World } from "./world.ts";

/** One thing that the contract says and a device can see. */
export type Check = {
  /** Stable, for those who compare reports. */
  readonly id: string;
  /** Where the contract says it. */
  readonly clause: string;
  /** What must hold, as a sentence. */
  readonly title: string;
  /** Throws `CheckFailedError` when it does not hold, `NotPossibleError` when that cannot be seen here. */
  readonly run: (world: World) => Promise<void>;
};

/** The service does something else than the contract says; the message tells what. */
export class CheckFailedError extends Error {
  override readonly name = "CheckFailedError";
}

/** The check cannot be made here; the message tells why, and what would make it possible. */
export class NotPossibleError extends Error {
  override readonly name = "NotPossibleError";
}

export type CheckResult = Omit<Check, "run"> & {
  readonly result: "passed" | "failed" | "not possible";
  readonly detail?: string;
  readonly milliseconds: number;
};

/** Makes one check. Whatever it throws is a result. */
export async function runCheck({ run, ...check }: Check, world: World): Promise<CheckResult> {
  const started = performance.now();
  const resultOf = (result: CheckResult["result"], detail?: string): CheckResult => ({
    ...check,
    result,
    ...(detail === undefined ? {} : { detail }),
    milliseconds: Math.round(performance.now() - started),
  });
  try {
    await run(world);
    return resultOf("passed");
  } catch (error) {
    if (error instanceof NotPossibleError) return resultOf("not possible", error.message);
    const { name, message } = error as Error;
    return resultOf("failed", error instanceof CheckFailedError ? message : `${name}: ${message}`);
  }
}
