import { fileURLToPath } from "node:url";
import { type BuildOptions, buildSync, type Metafile } from "esbuild";

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
  banner: { js: 'import{createRequire as r}from"node:module";const require=r(import.meta.url);' },
  absWorkingDir: repository,
  logLevel: "warning",
  metafile: true,
} as const satisfies BuildOptions;

/** The folder of a handler's `handler.ts`, below the repository's root. */
export const handlersFolder = `${repository}functions/handlers`;

/** Bundles `functions/handlers/<name>/handler.ts` into `<outdir>/handler.mjs`. */
export function bundleHandler(name: string, outdir: string): Metafile {
  return buildSync({
    ...options,
    entryPoints: { handler: `${handlersFolder}/${name}/handler.ts` },
    outdir,
  }).metafile;
}

/** Bytes of a bundle of the given source with the same options: what its imports alone weigh. */
export function bundledBytes(source: string): number {
  const { outputFiles } = buildSync({
    ...options,
    stdin: { contents: source, resolveDir: repository, loader: "ts" },
    outdir: repository,
    write: false,
  });
  return outputFiles.reduce((bytes, file) => bytes + file.contents.byteLength, 0);
}

/** Bundles the given source into `outfile` with the same options: what its imports alone take to load. */
export function bundleSource(source: string, outfile: string): void {
  const { outExtension: _, ...single } = options;
  buildSync({
    ...single,
    stdin: { contents: source, resolveDir: repository, loader: "ts" },
    outfile,
  });
}
