/**
 * Where a spreadsheet may take what follows for a formula: at the beginning of a cell, and behind what another
 * spreadsheet takes for the end of one. Quotes and blanks before the formula's sign do not stop it.
 */
const MAY_RUN = /(^|[,;|\t\r\n])(["'\s]*)([=+\-@＝＋－＠])/g;
const GUARDED = /(^|[,;|\t\r\n])(["'\s]*)'([=+\-@＝＋－＠])/g;

/** The cell with an apostrophe before each sign that could begin a formula: a spreadsheet shows it as text. */
export function guardCell(text: string): string {
  return text.replaceAll(MAY_RUN, "$1$2'$3");
}

/** The cell as it was before `guardCell`. */
export function unguardCell(text: string): string {
  return text.replaceAll(GUARDED, "$1$2$3");
}
