import { createHash } from "node:crypto";

/** A stylesheet as it is served: its address changes with its content, so that browsers may keep it for ever. */
export type Stylesheet = { readonly path: string; readonly css: string };

/** Named by the first half of its SHA-256. */
export function stylesheetOf(css: string): Stylesheet {
  const hash = createHash("sha256").update(css).digest("hex").slice(0, 32);
  return { path: `/assets/${hash}.css`, css };
}
