import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ForceConfig, forceConfig } from "#contracts/force.ts";

/** One thing that is wrong in a force's file: where (an RFC 6901 JSON pointer) and what was expected there. */
type ForceConfigProblem = { readonly pointer: string; readonly expected: string };

/** A force's file that nothing may be built or run from. The message names the file and every problem in it. */
export class ForceConfigError extends Error {
  override readonly name = "ForceConfigError";
  readonly file: string;
  readonly problems: readonly ForceConfigProblem[];

  constructor(file: string, problems: readonly ForceConfigProblem[]) {
    const lines = problems.map(
      ({ pointer, expected }) => `  ${pointer === "" ? "(whole file)" : pointer}: ${expected}`,
    );
    super(`${file} is not a force's configuration:\n${lines.join("\n")}`);
    this.file = file;
    this.problems = problems;
  }
}

/**
 * Reads a force's file and fills in the defaults. Used by the synthesis and by the local run.
 * Throws `ForceConfigError` with the file, the pointer and the expectation when anything in it is wrong.
 */
export function readForceConfig(file: string): ForceConfig {
  const parsed = forceConfig.safeParse(readJson(file), { reportInput: true });
  if (!parsed.success) {
    throw new ForceConfigError(file, parsed.error.issues.flatMap(problemsOf));
  }
  const problems = [
    ...repeatedPolicies(parsed.data),
    ...incompleteSignIn(parsed.data),
    ...shortRetention(parsed.data),
  ];
  if (problems.length > 0) throw new ForceConfigError(file, problems);
  return parsed.data;
}

/** Where the forces' files lie. */
export const forcesFolder = fileURLToPath(new URL("forces/", import.meta.url));

/** Every force that has a stack: the files of `infra/forces/` but the one that is for one machine only. */
export function readDeployedForces(folder = forcesFolder): readonly ForceConfig[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json") && name !== "local.json")
    .sort()
    .map((name) => readNamedForceConfig(join(folder, name)));
}

/** As `readForceConfig`, for a file of `infra/forces/`, whose name must be the force's code. */
function readNamedForceConfig(file: string): ForceConfig {
  const force = readForceConfig(file);
  const code = basename(file, ".json");
  if (force.code !== code) {
    throw new ForceConfigError(file, [
      { pointer: "/code", expected: `expected "${code}", as the file is called` },
    ]);
  }
  if (force.domain?.mutualTls === true && !existsSync(trustStoreOf(dirname(file), code))) {
    const expected = `expected the gateways' certificate authorities in ${code}.truststore.pem beside the file`;
    throw new ForceConfigError(file, [{ pointer: "/domain/mutualTls", expected }]);
  }
  return force;
}

/** The file (PEM) with the certificate authorities that a force's gateways are known by. */
export function trustStoreOf(folder: string, code: string): string {
  return join(folder, `${code}.truststore.pem`);
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ForceConfigError(file, [
      { pointer: "", expected: `expected a readable file (${messageOf(error)})` },
    ]);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ForceConfigError(file, [{ pointer: "", expected: `expected JSON (${messageOf(error)})` }]);
  }
}

type Issue = {
  readonly code?: string | undefined;
  readonly format?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[] | undefined;
};

/** Unknown fields are reported on their own pointers, not on the object that holds them. */
function problemsOf(issue: Issue): readonly ForceConfigProblem[] {
  if (issue.code === "unrecognized_keys" && issue.keys) {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      expected: "expected no such field",
    }));
  }
  return [{ pointer: pointerOf(issue.path), expected: expectationOf(issue) }];
}

const expectedFormats: Readonly<Record<string, string>> = {
  email: "expected an e-mail address",
  url: "expected an https URL",
  date: "expected a date such as 2019-07-15",
};

function expectationOf({ format, message }: Issue): string {
  const named = format === undefined ? undefined : expectedFormats[format];
  return named ?? message.replace(/^(Invalid input|Invalid option|Too small|Too big): /, "");
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The version in force at an event must be one. */
function repeatedPolicies({ policies }: ForceConfig): readonly ForceConfigProblem[] {
  return policies.flatMap(({ effectiveFrom }, index) =>
    policies.findIndex((other) => other.effectiveFrom === effectiveFrom) < index
      ? [
          {
            pointer: `/policies/${index}/effectiveFrom`,
            expected: `expected a day of its own: another policy is in force from ${effectiveFrom} too`,
          },
        ]
      : [],
  );
}

/** A token of an issuer is only accepted for an audience, so an issuer without a client would lock everybody out. */
function incompleteSignIn({ signIn }: ForceConfig): readonly ForceConfigProblem[] {
  return signIn.issuer !== undefined && signIn.clientId === undefined
    ? [{ pointer: "/signIn/clientId", expected: "expected the client's id, because an issuer is named" }]
    : [];
}

/** Footage cannot be released before its lock ends, so a shorter retention could never be kept. */
function shortRetention({ retention }: ForceConfig): readonly ForceConfigProblem[] {
  return retention.matchedDays < retention.lockDays
    ? [{ pointer: "/retention/matchedDays", expected: `expected at least lockDays (${retention.lockDays})` }]
    : [];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
