import { InvalidInputError } from "#contracts/errors.ts";
import type { Records, StoredRecord } from "#ports/records.ts";

/** One page of a list, and where the next one begins; no cursor on the last page. */
export type Page<Value> = { readonly items: readonly Value[]; readonly cursor?: string };

export type PageQuery = {
  readonly list: string;
  /** Where in the list an item stands, as it was written. */
  readonly orderOf: (record: StoredRecord) => string;
  /** [from, to) by order. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly descending: boolean;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

const CURSOR = /^[A-Za-z0-9_-]{1,400}$/;

/** Cursors are opaque to callers: the order of the page's last item in base64url. */
export const encodeCursor = (order: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(order)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const decodeCursor = (cursor: string): string => {
  try {
    if (!CURSOR.test(cursor)) {
      throw new TypeError("not base64url");
    }
    const bytes = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    return new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(bytes, (char) => char.charCodeAt(0)),
    );
  } catch {
    throw new InvalidInputError("The page was not read.", [
      { pointer: "/cursor", detail: "not one that this list gave out: start again without it" },
    ]);
  }
};

/** One page by time. Throws `InvalidInputError` when the cursor is not one of ours. */
export const readPage = async (records: Records, query: PageQuery): Promise<Page<StoredRecord>> => {
  const { list, orderOf, descending, limit } = query;
  const last = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const from = descending ? query.from : (last ?? query.from);
  const to = descending ? (last ?? query.to) : query.to;
  const found = await records.list({
    index: "byTime",
    list,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    descending,
    // One more than the page tells whether there is a next; one more stands at the inclusive bound.
    limit: limit + 2,
  });
  const beyond = found.filter((record) => orderOf(record) !== (last ?? query.to));
  const items = beyond.slice(0, limit);
  const end = items.at(-1);
  return beyond.length > limit && end !== undefined
    ? { items, cursor: encodeCursor(orderOf(end)) }
    : { items };
};
