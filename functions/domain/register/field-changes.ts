/** A field of a register entry that is not as before: how it was and how it is, in words. */
export type FieldChange = { readonly field: string; readonly from: string; readonly to: string };

/** The value as a person reads it: `none` for what is not there, keys by their public part. */
export function valueWords(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(keyWords).join(" and ") || "none";
  return `“${value}”`;
}

function keyWords({ kty: _, crv: __, x, ...more }: Readonly<Record<string, unknown>>): string {
  const others = Object.entries(more).map(([name, value]) => ` (${name} ${value})`);
  return `${x}${others.join("")}`;
}

/** What differs between two states of an entry, in the order of its fields. Of a new one, all that it says. */
export function fieldChanges<Entry extends object>(
  before: Entry | undefined,
  after: Entry,
): readonly FieldChange[] {
  const was = { ...before } as Readonly<Record<string, unknown>>;
  const is = { ...after } as Readonly<Record<string, unknown>>;
  return [...new Set([...Object.keys(is), ...Object.keys(was)])]
    .filter((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]))
    .map((field) => ({ field, from: valueWords(was[field]), to: valueWords(is[field]) }));
}
