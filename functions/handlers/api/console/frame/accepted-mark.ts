import { html } from "hono/html";
import type { AcceptedCode } from "#contracts/incident.ts";
import { codeWords } from "./figures-words.ts";
import type { Markup } from "./layout.ts";

/** Stands beside an outcome and never in its place. */
export function acceptedMark(code: AcceptedCode | undefined): Markup | string {
  return code === undefined ? "" : html`<br>Explanation accepted: ${codeWords[code].toLowerCase()}`;
}
