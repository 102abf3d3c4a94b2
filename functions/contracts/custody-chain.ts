import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import type { CustodyEntry } from "./incident.ts";

/** What the first entry names as its previous hash. */
const GENESIS = "0".repeat(64);

/** What is to be kept: at (UTC with milliseconds) who did what, and why. */
export type CustodyNote = Pick<CustodyEntry, "at" | "who" | "what"> & { readonly why?: string | undefined };

/** Lower-case hex SHA-256 of the canonical JSON (RFC 8785) of the entry without its own hash. */
function custodyHash({ seq, at, who, what, why, previousHash }: Omit<CustodyEntry, "hash">): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalize({ seq, at, who, what, why, previousHash }) ?? "")));
}

/** The note as the entry that follows the previous one; the first of a log where there is none. */
export function entryAfter(previous: CustodyEntry | undefined, note: CustodyNote): CustodyEntry {
  const { at, who, what, why } = note;
  const entry = {
    seq: (previous?.seq ?? 0) + 1,
    at,
    who,
    what,
    ...(why === undefined ? {} : { why }),
    previousHash: previous?.hash ?? GENESIS,
  };
  return { ...entry, hash: custodyHash(entry) };
}

/**
 * Where a custody log, oldest entry first, is not what was written: the entry's place in the list (from 0) and what is
 * wrong with it. Undefined when every entry carries the hash of its own words and of the entry before. What was cut
 * off at the end leaves no trace in a log: compare its last hash with one that was noted elsewhere.
 */
export function firstBreak(
  entries: readonly CustodyEntry[],
): { readonly index: number; readonly fault: string } | undefined {
  for (const [index, entry] of entries.entries()) {
    const expected = entryAfter(entries[index - 1], entry);
    const fault =
      entry.seq !== expected.seq
        ? `it is number ${entry.seq}, and number ${expected.seq} should stand here`
        : entry.previousHash !== expected.previousHash
          ? "it does not follow the entry before it"
          : entry.hash !== expected.hash
            ? "its words are not those that were hashed"
            : undefined;
    if (fault !== undefined) return { index, fault };
  }
  return undefined;
}
