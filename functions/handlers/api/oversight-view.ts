import type { Person } from "#ports/identity.ts";

/** Fields that hold names, free text, incident references or positions, wherever they stand. */
const HIDDEN = new Set([
  "incidentRef",
  "incidentRefs",
  "positions",
  "location",
  "text",
  "reason",
  "why",
  "who",
  "by",
  "proposedBy",
  "name",
  "collarNumber",
  "supervisor",
  "subjectConduct",
  "cameraNotIssuedReason",
  "email",
  "sms",
  "vendor",
]);
const REFERENCE_FIELDS = ["incidentRef", "incidentRefs"];
const REMOVED = "[removed]";

/** Whether this person sees no more than oversight does. */
export function isOversightOnly(person: Person): boolean {
  return !person.roles.some((role) => role === "supervisor" || role === "admin");
}

/**
 * The same JSON without what oversight may not read. References are also taken out of sentences that quote
 * them, so that no finding tells what a field does not.
 */
export function oversightView(value: unknown): unknown {
  const references = [...referencesIn(value)].sort((a, b) => b.length - a.length);
  return withoutHidden(value, references);
}

function withoutHidden(value: unknown, references: readonly string[]): unknown {
  if (typeof value === "string") {
    return references.reduce((text, reference) => text.replaceAll(reference, REMOVED), value);
  }
  if (Array.isArray(value)) return value.map((item) => withoutHidden(item, references));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !HIDDEN.has(name))
      .map(([name, inner]) => [name, withoutHidden(inner, references)]),
  );
}

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (!REFERENCE_FIELDS.includes(name)) yield* referencesIn(inner);
    else for (const reference of [inner].flat()) if (typeof reference === "string") yield reference;
  }
}
