/**
 * Where a spreadsheet may take what follows for a formula: a sign at the beginning of a cell, or behind what another
 * spreadsheet takes for the end of one. Quotes and blanks before the sign do not stop it. The sign is looked for
 * first, and what stands before it then: a cell of blanks costs no more than its length.
 */
const MAY_RUN = /(?=[=+\-@＝＋－＠])(?<=(?:^|[,;|\t\r\n])["'\s]*)/g;
const GUARDED = /'(?=[=+\-@＝＋－＠])(?<=(?:^|[,;|\t\r\n])["'\s]*')/g;

/** The cell with an apostrophe before each sign that could begin a formula: a spreadsheet shows it as text. */
export function guardCell(text: string): string {
  return text.replaceAll(MAY_RUN, "'");
}

/** The cell as it was before `guardCell`. */
export function unguardCell(text: string): string {
  return text.replaceAll(GUARDED, "");
}
