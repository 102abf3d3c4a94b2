import type { Clock } from "#ports/clock.ts";
import type { DraftRecords } from "#records/draft-records.ts";
import { onEach } from "#records/stored.ts";
import { digestOf } from "#use-cases/digest-of.ts";
import { type SheetName, sheetNames } from "./sheets.ts";

/**
 * What was sent for an import is kept on our side, as forms are that wait for their author, until it is confirmed:
 * the confirmation then is a few bytes that survive a sign-in, a reload and a repeat, and what is applied is to the
 * byte what was previewed. A form that carried the file itself would send four megabytes through the browser again,
 * and a browser changes line breaks on the way. An item of the store holds 400 KB, so the text is kept in pieces.
 */
export type ImportDrafts = {
  /** Keeps the text and gives the id that its author finds it by. */
  readonly keep: (of: KeptImport, subject: string) => Promise<string>;
  readonly read: (importId: string, subject: string) => Promise<KeptImport | undefined>;
  /** Keeps what was registered when the preview was shown, and gives the id of that. */
  readonly keepSeen: (importId: string, seals: readonly string[], subject: string) => Promise<string>;
  readonly readSeen: (importId: string, seenId: string, subject: string) => Promise<Seen | undefined>;
};
export type KeptImport = { readonly sheet: SheetName; readonly text: string };
export type Seen = { readonly seals: readonly string[]; readonly at: string };

/** As long as a visit can last. */
const KEPT_MS = 12 * 3_600_000;
/** In UTF-8 at most three times as many bytes: far below what an item holds. */
const PIECE_CHARACTERS = 100_000;

export function createImportDrafts({
  drafts,
  clock,
}: {
  readonly drafts: DraftRecords;
  readonly clock: Clock;
}): ImportDrafts {
  const put = (id: string, subject: string, fields: Readonly<Record<string, string>>): Promise<void> => {
    const until = clock.now().getTime() + KEPT_MS;
    const kept = { subject, path: "/register/import", fields: { ...fields, until: String(until) } };
    return drafts.keep(id, kept, Math.ceil(until / 1000));
  };
  /** The store may take its time to forget: what has expired is gone for us. */
  const get = async (id: string, subject: string): Promise<Readonly<Record<string, string>> | undefined> => {
    const draft = await drafts.read(id, subject);
    return draft && Number(draft.fields["until"]) > clock.now().getTime() ? draft.fields : undefined;
  };
  return {
    keep: async ({ sheet, text }, subject) => {
      const importId = crypto.randomUUID();
      const pieces = piecesOf(text);
      await onEach(pieces, (piece, index) => put(`${importId}.${index}`, subject, { piece }));
      // Last, so that there is no import without all of its text.
      await put(importId, subject, { sheet, pieces: String(pieces.length) });
      return importId;
    },
    read: async (importId, subject) => {
      const head = await get(importId, subject);
      const sheet = sheetNames.find((name) => name === head?.["sheet"]);
      if (!head || !sheet) return undefined;
      const indexes = Array.from({ length: Number(head["pieces"]) }, (_, index) => index);
      const pieces = await onEach(indexes, (index) => get(`${importId}.${index}`, subject));
      if (pieces.includes(undefined)) return undefined;
      return { sheet, text: pieces.map((piece) => piece?.["piece"] ?? "").join("") };
    },
    keepSeen: async (importId, seals, subject) => {
      const seenId = digestOf(seals);
      await put(`${importId}.seen.${seenId}`, subject, {
        seals: seals.join(" "),
        at: clock.now().toISOString(),
      });
      return seenId;
    },
    readSeen: async (importId, seenId, subject) => {
      const kept = await get(`${importId}.seen.${seenId}`, subject);
      return kept && { seals: (kept["seals"] ?? "").split(" "), at: kept["at"] ?? "" };
    },
  };
}

/** None ends between the two halves of one character. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const end = from + PIECE_CHARACTERS;
    const isHalf = /[\ud800-\udbff]/.test(text.charAt(end - 1));
    pieces.push(text.slice(from, isHalf ? end - 1 : end));
    from = isHalf ? end - 1 : end;
  }
  return pieces;
}
