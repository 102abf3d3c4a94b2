import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const pagesFolder = fileURLToPath(new URL("../functions/handlers/api/console/", import.meta.url));

/** The two design systems, as their packages publish them. */
const PUBLISHED = [
  require.resolve("govuk-frontend/dist/govuk/govuk-frontend.min.css"),
  require.resolve("@ministryofjustice/frontend/moj/moj-frontend.min.css"),
];
const CLASS_IN_PAGES = /\b(?:govuk|moj)-[\w!-]+/g;
const CLASS_IN_SELECTOR = /\.((?:\\.|[\w-])+)/g;
/** GDS Transport may be used on GOV.UK alone; the packages name Arial as the next. */
const FONT_OF_GOVUK = /GDS Transport,\s*/g;

const NOTICE = "/*! GOV.UK Frontend and MoJ Frontend, Crown Copyright, under the MIT licence. Shortened. */";

/**
 * The console's stylesheet: of GOV.UK Frontend and MoJ Frontend only the rules of classes that the pages use, without
 * their fonts and pictures (the font, the crown and the crest are not ours to use), and then our own.
 */
export function consoleStylesheet(): string {
  const files = readdirSync(pagesFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => ({ name, text: readFileSync(join(parentPath, name), "utf8") }));
  const used = new Set(files.flatMap(({ text }) => text.match(CLASS_IN_PAGES) ?? []));
  const published = PUBLISHED.map((file) => readFileSync(file, "utf8"));
  const own = files.filter(({ name }) => name.endsWith(".css")).map(({ text }) => text);
  return [NOTICE, ...published.map((css) => subsetOf(css, used)), ...own]
    .join("\n")
    .replaceAll(FONT_OF_GOVUK, "");
}

type Block = { readonly prelude: string; readonly body: string };

/** The rules of a minified stylesheet whose classes are all used. */
export function subsetOf(css: string, used: ReadonlySet<string>): string {
  return blocksOf(css.replaceAll(/\/\*.*?\*\//gs, ""))
    .map(({ prelude, body }) => keptOf({ prelude, body }, used))
    .join("");
}

function keptOf({ prelude, body }: Block, used: ReadonlySet<string>): string {
  if (/^@(media|supports)/.test(prelude)) {
    const inner = subsetOf(body, used);
    return inner === "" ? "" : `${prelude}{${inner}}`;
  }
  if (prelude.startsWith("@") || body.includes("url(")) return "";
  const selectors = selectorsOf(prelude).filter((selector) => isUsed(selector, used));
  return selectors.length === 0 ? "" : `${selectors.join(",")}{${body}}`;
}

/** The root's variables, and whatever names nothing but classes of ours. */
function isUsed(selector: string, used: ReadonlySet<string>): boolean {
  const named = selector.replaceAll(/:not\([^)]*\)/g, "");
  const classes = [...named.matchAll(CLASS_IN_SELECTOR)].map(([, name]) => name?.replaceAll("\\", ""));
  return classes.length === 0 ? selector === ":root" : classes.every((name) => name && used.has(name));
}

/** Commas inside brackets part nothing. */
function selectorsOf(prelude: string): readonly string[] {
  return prelude.split(/,(?![^([]*[)\]])/);
}

/** What stands beside each other on one level; statements without a block are left out. */
function blocksOf(css: string): readonly Block[] {
  const blocks: Block[] = [];
  let start = 0;
  let depth = 0;
  let open = 0;
  for (let at = 0; at < css.length; at += 1) {
    const char = css[at];
    if (char === ";" && depth === 0) start = at + 1;
    else if (char === "{") {
      if (depth === 0) open = at;
      depth += 1;
    } else if (char === "}") {
      depth -= 1;
      if (depth === 0) {
        blocks.push({ prelude: css.slice(start, open).trim(), body: css.slice(open + 1, at) });
        start = at + 1;
      }
    }
  }
  return blocks;
}
