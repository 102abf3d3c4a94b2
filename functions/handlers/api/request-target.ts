import type { Context } from "hono";

/** The request's path and query as the client sent them, undecoded; the query without its `?`. */
export type RequestTarget = { readonly path: string; readonly query: string };

/** What the two places to run hand over beside the request: Node's own message, or the gateway's event. */
type Origin = {
  readonly incoming?: { readonly url?: string };
  readonly event?: { readonly rawPath?: string; readonly rawQueryString?: string };
};

/**
 * A `Request` holds a URL that a parser has tidied (dot segments, escapes), and a signature over what was
 * sent would not be one over that. So the target is taken from where it came in.
 *
 * The gateway in front hands paths over decoded. Paths that a device signs hold nothing that could be
 * encoded, so for those it is the same thing.
 */
export function requestTarget(c: Context): RequestTarget {
  const origin = (c.env ?? {}) as Origin;
  if (origin.event?.rawPath !== undefined) {
    return { path: origin.event.rawPath, query: origin.event.rawQueryString ?? "" };
  }
  const sent = origin.incoming?.url ?? withoutOrigin(c.req.url);
  const mark = sent.indexOf("?");
  return mark < 0 ? { path: sent, query: "" } : { path: sent.slice(0, mark), query: sent.slice(mark + 1) };
}

function withoutOrigin(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/?]*/i, "");
}
