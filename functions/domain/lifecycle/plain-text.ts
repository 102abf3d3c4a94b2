/**
 * Boroughs, collar numbers and names of levels come from outside: none of them may break a line of a subject or a
 * body, turn its direction, hide in it, or make a link of it, which mail programs also do of `www.` and of names with
 * a dot in them. Halves of characters would not be sent at all.
 */
export const oneLine = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "")
    .replaceAll("://", ": //")
    .replace(/(?<=[\p{L}\p{N}])[.@](?=\p{L})/gu, "$& ")
    .trim();

/** Its first `most` UTF-16 units, without the half of a character that may be left at the end. */
export const cut = (text: string, most: number): string => text.slice(0, most).replace(/\p{Cs}$/u, "");

/**
 * The same for a text message: characters outside the GSM alphabet would more than halve its room, those of its
 * extension take two places.
 */
export const gsmLine = (text: string): string =>
  oneLine(text.normalize("NFKD"))
    .replace(/\p{M}/gu, "")
    .replace(/[^\x20-\x7e]|[\^{}[\]~|`\\]/g, "?");

export const MAX_SUBJECT = 99;
export const MAX_SMS = 160;

/** The subject of an email: what happened, where and when; the place goes first when it gets too long. */
export function subjectLine(headline: string, borough: string, when: string): string {
  const full = `${headline}, ${oneLine(borough)}, ${when}`;
  return full.length <= MAX_SUBJECT ? full : cut(`${headline}, ${when}`, MAX_SUBJECT);
}
