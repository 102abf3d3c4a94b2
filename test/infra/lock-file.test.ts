import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as z from "zod";

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      optionalDependencies: z.record(z.string(), z.string()).optional(),
      resolved: z.string().optional(),
    }),
  ),
});
const { packages } = lockFile.parse(JSON.parse(readFileSync("package-lock.json", "utf8")));

/** Folders in which Node would look for a package that the package at `path` asks for. */
function* foldersAbove(path: string): Generator<string> {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    yield at === "" ? "node_modules" : `${at}/node_modules`;
    if (!at.includes("/node_modules/")) break;
  }
  yield "node_modules";
}

// npm drops optional packages that a registry does not serve when it writes the file, and `npm ci` then
// refuses the file: nobody could install from a fresh clone.
it("names every optional package, of whatever platform", () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => ![...foldersAbove(path)].some((folder) => `${folder}/${name}` in packages))
      .map((name) => `${path} → ${name}`),
  );
  expect(missing).toEqual([]);
});

it("names no registry", () => {
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});
