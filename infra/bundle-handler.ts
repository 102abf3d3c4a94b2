import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { consoleStylesheet } from "./console-stylesheet.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));

/** Where the handlers' folders are. */
export const handlersFolder = `${repository}functions/handlers`;

/**
 * The schemas of the SDK's clients hold every operation, and their computed keys (`[_k]: …`) keep esbuild from
 * leaving out what no handler uses: 48 KiB of S3 in each bundle. With the keys written out it can. Of a
 * client's `package.json` only the version is ever read.
 */
const shakeableClients: Plugin = {
  name: "shakeable-clients",
  setup({ onLoad }) {
    onLoad(
      { filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]\w+\.js$/ },
      async ({ path }) => ({
        contents: withWrittenOutKeys(await readFile(path, "utf8")),
        loader: "js",
      }),
    );
    onLoad({ filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version }: { version: string } = JSON.parse(await readFile(path, "utf8"));
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

/** Replaces `[_name]:` by the string that the same file gives to `_name`. */
export function withWrittenOutKeys(source: string): string {
  const constants = new Map(
    [...source.matchAll(/^const (_\w+) = ("[^"\\]*");$/gm)].map(([, name, value]) => [name, value]),
  );
  return source.replace(/([{,] )\[(_\w+)\]: /g, (all, before, name) => {
    const value = constants.get(name);
    return value === undefined ? all : `${before}${value}: `;
  });
}

/**
 * Lambda gives a function its credentials in the environment. The SDK's chain of other places (profiles, SSO,
 * web identity, instance metadata) is 110 KiB that no function ever comes to.
 */
const credentialsOfTheEnvironment: Plugin = {
  name: "credentials-of-the-environment",
  setup({ onLoad }) {
    onLoad({ filter: /credential-provider-node[\\/]dist-es[\\/]index\.js$/ }, () => ({
      contents: 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
    }));
  },
};

/**
 * Each schema of zod knows how to become a JSON Schema: 17 KiB that only api, which publishes its OpenAPI
 * document, ever comes to. Elsewhere it throws.
 */
const withoutJsonSchema: Plugin = {
  name: "without-json-schema",
  setup({ onLoad }) {
    onLoad(
      { filter: /zod[\\/]v4[\\/]core[\\/](json-schema-processors|to-json-schema)\.js$/ },
      async ({ path }) => ({ contents: withThrowingExports(await readFile(path, "utf8")), loader: "js" }),
    );
  },
};

function withThrowingExports(source: string): string {
  const exported = source.matchAll(/^export (?:(?:const|function) (\w+)|\{ \w+ as (\w+) \})/gm);
  const names = [...exported].map(([, declared, renamed]) => `leftOut as ${declared ?? renamed}`);
  return `function leftOut() { throw new Error("JSON Schema is not in this bundle"); }
export { ${names.join(", ")} };`;
}

/**
 * How a handler becomes the files that Lambda loads: the SDK inside, so that what was tested is what runs;
 * ES modules, for which CommonJS dependencies need a `require` of their own; `module` before `main`, because
 * CommonJS builds cannot be shaken; no source map, which would be read at every cold start.
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
  banner: {
    js: 'import{createRequire as requireOf}from"node:module";const require=requireOf(import.meta.url);',
  },
  plugins: [shakeableClients, credentialsOfTheEnvironment],
  absWorkingDir: repository,
  logLevel: "warning",
  metafile: true,
} satisfies BuildOptions;

/**
 * Files that a handler runs in a process of their own, by the file that starts them. Each becomes a file beside
 * the handler's, under its own name.
 */
const workers: Readonly<Record<string, string>> = {
  "functions/adapters/matroska-reader.mediabunny.ts": "functions/adapters/matroska-reader-worker.ts",
};

/** Handlers with parts that most of their calls do not come to. */
const LOADS_LATER: ReadonlySet<string> = new Set(["api", "sweep"]);

/** The stylesheet of the people's pages, beside the handler that serves them. */
export const STYLESHEET_FILE = "console.css";

/**
 * Bundles `functions/handlers/<name>/handler.ts` into `<outdir>/handler.mjs`, and the workers that it starts. What
 * it loads only when it is first needed becomes files beside it: the pages of `api`, the sweep's reader of footage.
 */
export async function bundleHandler(name: string, outdir: string): Promise<Metafile> {
  const isApi = name === "api";
  const handler = await bundleFile(`${handlersFolder}/${name}/handler.ts`, `${outdir}/handler.mjs`, {
    plugins: isApi ? options.plugins : [...options.plugins, withoutJsonSchema],
    splitting: LOADS_LATER.has(name),
  });
  const started = Object.keys(handler.inputs).flatMap((file) => workers[file] ?? []);
  if (isApi) await writeFile(`${outdir}/${STYLESHEET_FILE}`, consoleStylesheet());
  const others = await Promise.all(
    started.map((file) => bundleFile(file, `${outdir}/${basename(file, ".ts")}.mjs`)),
  );
  return {
    inputs: Object.assign({}, handler.inputs, ...others.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, handler.outputs, ...others.map(({ outputs }) => outputs)),
  };
}

/** Bundles any source with the same options, to compare a handler with what it brings along. */
export async function bundleSource(source: string, outfile: string): Promise<Metafile> {
  const stdin = { contents: source, resolveDir: repository, loader: "ts" } as const;
  const { metafile } = await build({ ...options, stdin, outfile });
  return metafile;
}

async function bundleFile(
  file: string,
  outfile: string,
  more: Pick<BuildOptions, "plugins" | "splitting"> = {},
): Promise<Metafile> {
  const { metafile } = await build({
    ...options,
    ...more,
    entryPoints: [{ in: file, out: basename(outfile, ".mjs") }],
    outdir: dirname(outfile),
    outExtension: { ".js": ".mjs" },
    chunkNames: "[name]-[hash]",
  });
  return metafile;
}

/** What one file of a bundle weighs, in bytes: all of it, and the SDK's clients in it. */
export type FileWeight = { readonly file: string; readonly bytes: number; readonly sdkBytes: number };

/** The files that are loaded with the handler: itself, and what it shares with files that come later. */
export function filesAtStart({ outputs }: Metafile): readonly string[] {
  const byName = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const found = new Set<string>();
  const add = (file: string): void => {
    if (found.has(file) || !byName.has(file)) return;
    found.add(file);
    for (const { path, kind } of byName.get(file)?.imports ?? []) {
      if (kind === "import-statement") add(basename(path));
    }
  };
  add("handler.mjs");
  return [...found];
}

/** The weight of each file that was written. */
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
