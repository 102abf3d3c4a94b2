import { html } from "hono/html";
import type { Markup } from "#handlers/api/console/frame/layout.ts";
import { counted } from "#handlers/api/console/frame/words.ts";

/** Says what a list leaves out because its record has lost its shape. */
export function unreadableNote(incidentIds: readonly string[]): Markup | string {
  if (incidentIds.length === 0) return "";
  return html`<p class="govuk-inset-text">${counted(incidentIds.length, "record")} cannot be read and ${incidentIds.length === 1 ? "is" : "are"} left out here: ${incidentIds.join(", ")}. Those who run the service see it in its log.</p>`;
}
