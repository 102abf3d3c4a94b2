/**
 * Boroughs, collar numbers and names of levels come from outside: none of them may break a line of a subject or a
 * body, turn its direction, hide in it, or make a link of it.
 */
export const oneLine = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .replaceAll("://", ": //")
    .trim();

/** The same for a text message: characters outside the GSM alphabet would more than halve its room. */
export const gsmLine = (text: string): string =>
  oneLine(text.normalize("NFKD"))
    .replace(/\p{M}/gu, "")
    .replace(/[^\x20-\x7e]/g, "?");

export const MAX_SUBJECT = 99;
export const MAX_SMS = 160;
