import { execFileSync } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions, Metafile } from "esbuild";

const repository = fileURLToPath(new URL("..", import.meta.url));

/**
 * How a handler becomes the one file that Lambda loads: the SDK inside, so that what was tested is what runs;
 * ES modules, for which CommonJS dependencies need a `require` of their own; `module` before `main`, because
 * the CommonJS builds of the SDK cannot be shaken; no source map, which would be read at every cold start.
 */
const options = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  minify: true,
  mainFields: ["module", "main"],
  conditions: ["import", "module"],
  legalComments: "none",
  outExtension: { ".js": ".mjs" },
  banner: {
    js: 'import{createRequire as requireOf}from"node:module";const require=requireOf(import.meta.url);',
  },
  absWorkingDir: repository,
  logLevel: "warning",
  metafile: true,
} as const satisfies BuildOptions;

/** The folder of a handler's `handler.ts`, below the repository's root. */
export const handlersFolder = `${repository}functions/handlers`;

/**
 * Files that a bundle starts as threads, by the file that starts them. Each becomes a file of its own beside
 * the handler's, under its own name.
 */
const threads: Readonly<Record<string, string>> = {
  "functions/adapters/media-probe.mediabunny.ts": "functions/adapters/media-probe-worker.ts",
};

/** Bundles `functions/handlers/<name>/handler.ts` into `<outdir>/handler.mjs`, and the threads that it starts. */
export function bundleHandler(name: string, outdir: string): Metafile {
  const bundle = (entryPoints: Record<string, string>) => runEsbuild({ ...options, entryPoints, outdir });
  const handler = bundle({ handler: `${handlersFolder}/${name}/handler.ts` });
  const started = Object.keys(handler.inputs).flatMap((file) => threads[file] ?? []);
  const others = started.map((file) => bundle({ [basename(file, ".ts")]: file }));
  return {
    inputs: Object.assign({}, handler.inputs, ...others.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, handler.outputs, ...others.map(({ outputs }) => outputs)),
  };
}

/** Bundles any source with the same options, to compare a handler with what it brings along. */
export function bundleSource(source: string, outfile: string): Metafile {
  const stdin = { contents: source, resolveDir: repository, loader: "ts" } as const;
  const { outExtension: _, ...same } = options;
  return runEsbuild({ ...same, stdin, outfile });
}

const MAX_METAFILE_BYTES = 64 * 1024 * 1024;

/** Builds in a process of its own: the library bundles at once, and esbuild's plugins run only when waited for. */
function runEsbuild(of: BuildOptions): Metafile {
  const metafile = execFileSync(process.execPath, [`${repository}infra/run-esbuild.ts`], {
    input: JSON.stringify(of),
    stdio: ["pipe", "pipe", "inherit"],
    maxBuffer: MAX_METAFILE_BYTES,
  });
  return JSON.parse(metafile.toString("utf8")) as Metafile;
}

/** What one file of a bundle weighs, in bytes: all of it, and the SDK's clients in it. */
export type FileWeight = { readonly file: string; readonly bytes: number; readonly sdkBytes: number };

/** The weight of each file that was written: the handler's, and those of the threads that it starts. */
export function weighFiles({ outputs }: Metafile): readonly FileWeight[] {
  return Object.entries(outputs).map(([path, { bytes, inputs }]) => {
    const ofSdk = Object.entries(inputs).filter(([file]) => SDK_PACKAGES.test(file));
    return {
      file: basename(path),
      bytes,
      sdkBytes: ofSdk.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0),
    };
  });
}

/** The SDK and what only the SDK asks for. */
const SDK_PACKAGES =
  /node_modules\/(@aws-sdk|@smithy|@aws|@aws-crypto|bowser|fast-xml-parser|strnum|mnemonist|obliterator|tslib)\//;
