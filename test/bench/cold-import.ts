/**
 * Cold import of each Lambda bundle: `node test/bench/cold-import.ts [runs]`.
 *
 * Each import is a fresh process on this machine, in turns, against an empty handler and against the SDK
 * clients of that bundle alone, so that all three see the same machine. Medians; printed, never asserted.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Metafile } from "esbuild";
import { bundleHandler, bundleSource, handlersFolder } from "#infra/bundle-handler.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const runs = Number(process.argv[2] ?? 9);

/** Every variable that a function may ask for, so that each configuration can be read. */
const environment = {
  PATH: process.env["PATH"] ?? "",
  AWS_REGION: "eu-west-2",
  AWS_LAMBDA_FUNCTION_NAME: "bench",
  TABLE_NAME: "bench",
  EVIDENCE_BUCKET: "bench",
  EVIDENCE_KEY_ARN: "arn:aws:kms:eu-west-2:000000000000:key/bench",
  STATE_MACHINE_ARN: "arn:aws:states:eu-west-2:000000000000:stateMachine:bench",
  TOPIC_ARNS: "arn:aws:sns:eu-west-2:000000000000:bench",
  OPERATIONS_TOPIC_ARN: "arn:aws:sns:eu-west-2:000000000000:bench",
  CONSOLE_BASE_URL: "https://bench.invalid",
  FORCE_FILE: join(repository, "infra/forces/local.json"),
  ISSUER: "https://issuer.bench.invalid",
  CLIENT_ID: "bench",
  ROLES_CLAIM: "roles",
  OFFICER_ID_CLAIM: "officer_id",
};

/** The SDK packages that are in a bundle and that its source names itself. */
function sdkClients(metafile: Metafile): readonly string[] {
  const named = Object.entries(metafile.inputs)
    .filter(([file]) => file.startsWith("functions/"))
    .flatMap(([, input]) => input.imports.map((imported) => imported.original ?? ""));
  return [...new Set(named.filter((name) => name.startsWith("@aws-sdk/")))].sort();
}

/** What a bundle with these clients in it must load, and nothing of ours. */
function clientsSource(names: readonly string[]): string {
  const clients = names.filter((name) => name.startsWith("@aws-sdk/client-"));
  const constructed = clients.map((name, index) => {
    const client = `${clientClass(name)}`;
    return `import { ${client} as C${index} } from "${name}"; export const c${index} = new C${index}({});`;
  });
  return `${constructed.join("\n")}\nexport const handler = async () => undefined;`;
}

const clientClasses: Readonly<Record<string, string>> = {
  "@aws-sdk/client-dynamodb": "DynamoDBClient",
  "@aws-sdk/client-s3": "S3Client",
  "@aws-sdk/client-sfn": "SFNClient",
  "@aws-sdk/client-sns": "SNSClient",
};

function clientClass(name: string): string {
  const found = clientClasses[name];
  if (!found) throw new Error(`No client class is known for ${name}`);
  return found;
}

function importMilliseconds(file: string): number {
  const script = `const from = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(performance.now() - from);`;
  const options = { env: environment, encoding: "utf8" } as const;
  return Number(
    execFileSync(process.execPath, ["--input-type=module", "-e", script], options).trim().split("\n").at(-1),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const folder = mkdtempSync(join(tmpdir(), "witnessed-bench-"));
try {
  const empty = join(folder, "empty.mjs");
  writeFileSync(empty, "export const handler = async () => undefined;\n");
  const rows: Record<string, string | number>[] = [];
  for (const name of readdirSync(handlersFolder).sort()) {
    const outdir = join(folder, name);
    mkdirSync(outdir);
    const clients = sdkClients(await bundleHandler(name, outdir));
    const whole = join(outdir, "handler.mjs");
    const sdk = join(outdir, "sdk.mjs");
    await bundleSource(clientsSource(clients), sdk);
    const times: { empty: number[]; sdk: number[]; whole: number[] } = { empty: [], sdk: [], whole: [] };
    for (let run = 0; run < runs; run += 1) {
      times.empty.push(importMilliseconds(empty));
      times.sdk.push(importMilliseconds(sdk));
      times.whole.push(importMilliseconds(whole));
    }
    rows.push({
      handler: name,
      "empty ms": Number(median(times.empty).toFixed(1)),
      "SDK alone ms": Number(median(times.sdk).toFixed(1)),
      "bundle ms": Number(median(times.whole).toFixed(1)),
      "SDK KiB": Math.round(statSync(sdk).size / 1024),
      "bundle KiB": Math.round(statSync(whole).size / 1024),
      clients: clients.map((client) => client.replace("@aws-sdk/", "")).join(" "),
    });
  }
  console.table(rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
