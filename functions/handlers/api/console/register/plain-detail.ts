const IDENTIFIER = "letters, digits, dots, dashes and underscores alone, at most 64";

/** How the library that checks forms words what a person reads, and what a person reads instead. */
const plainWords: readonly (readonly [worded: RegExp, plain: (found: string) => string])[] = [
  [/^(required): /, () => "fill this in"],
  [/^(Too small): expected string to have >=1 characters$/, () => "fill this in"],
  [/^Invalid option: expected one of (.+)$/, (values) => `choose ${listOf(values)}`],
  [/^Too big: expected string to have <=(\d+) characters$/, (most) => `write at most ${most} characters`],
  [/^(expected 1 to 64 characters) of A-Z /, () => `write ${IDENTIFIER}`],
  [/^(expected an RFC 3339 time), /, () => "write it as 2026-11-21T21:03:10, in the force's time"],
];

/** What must be changed in a field, for people; what has words of ours already keeps them. */
export function plainDetail(detail: string): string {
  for (const [worded, plain] of plainWords) {
    const found = worded.exec(detail)?.[1];
    if (found !== undefined) return plain(found);
  }
  return detail;
}

/** `"weapon"|"camera"|"gateway"` reads "weapon, camera or gateway". */
function listOf(values: string): string {
  return values
    .replaceAll('"', "")
    .replaceAll("|", ", ")
    .replace(/, (?=[^,]*$)/, " or ");
}
