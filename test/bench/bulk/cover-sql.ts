/** No clip is longer (it lasts 40 minutes at most), so that one that begins earlier is not looked at. */
export const LONGEST_CLIP_MS = 3_600_000;
/** No booking is longer: a shift. */
export const LONGEST_BOOKING_MS = 36_000_000;

/** What two engines call the larger and the smaller of two values. */
type Dialect = { readonly larger: string; readonly smaller: string };

/**
 * The common half of the two queries. From `near (id, recording, begins, ends)`, the clips that count for each incident,
 * to what `coverInBulk` gives: clips of a recording joined over `joinMs`, then of each clip in its order what none before
 * it has covered yet. Windows over sorted rows, which both engines do better than comparing clips in pairs.
 */
export function coverFromNear(joinMs: number, { larger, smaller }: Dialect): string {
  return `
joined as (
  select id, begins, ends, max(ends) over (
    partition by id, recording order by begins rows between unbounded preceding and 1 preceding) as reached
  from near where begins < ends
), pieces as (
  select id, case when begins - reached <= ${joinMs} then ${smaller}(begins, reached) else begins end as begins, ends
  from joined
), swept as (
  select id, begins, ends, max(ends) over (
    partition by id order by begins rows between unbounded preceding and 1 preceding) as reached
  from pieces
), fresh as (
  select id, ${larger}(begins, coalesce(reached, begins)) as begins, ends from swept
), cover as (
  select incidents.id,
    sum(${larger}(0, ${smaller}(ends, c_from) - ${larger}(begins, w_from))) as before,
    sum(${larger}(0, ${smaller}(ends, c_to) - ${larger}(begins, c_from))) as during,
    sum(${larger}(0, ${smaller}(ends, w_to) - ${larger}(begins, c_to))) as after
  from fresh join incidents on incidents.id = fresh.id where begins < ends group by incidents.id
)
select incidents.id, coalesce(before, 0) as before, coalesce(during, 0) as during, coalesce(after, 0) as after,
  case when before + during + after = w_to - w_from then 2 when during > 0 then 1 else 0 end as outcome
from incidents left join cover on cover.id = incidents.id`;
}
