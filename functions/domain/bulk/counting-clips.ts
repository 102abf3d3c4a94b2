import {
  type BookingColumns,
  type ClipColumns,
  countOf,
  type IncidentColumns,
  pick,
  rowsWithNumber,
} from "./columns.ts";
import { type Matches, matchSpans } from "./match-spans.ts";

/**
 * Which clips (`many`) count for which incidents (`few`) and overlap W or lie less than `marginMs` from it: those of
 * cameras that are booked to the officer at C.start, and those paired to the weapon (contract §5). A clip that counts for
 * two reasons is there twice.
 */
export function countingClips(
  incidents: IncidentColumns,
  clips: ClipColumns,
  bookings: BookingColumns,
  marginMs: number,
): Matches {
  const { officer, weapon, eventFrom, requiredFrom, requiredTo } = incidents;
  const starts = { key: officer, from: eventFrom, to: eventFrom.map((at) => at + 1) };
  const carried = matchSpans(starts, { ...bookings, key: bookings.officer }, countOf(officer));
  const from = requiredFrom.map((at) => at - marginMs);
  const to = requiredTo.map((at) => at + marginMs);
  const watched = {
    key: pick(bookings.camera, carried.many),
    from: pick(from, carried.few),
    to: pick(to, carried.few),
  };
  const own = matchSpans(watched, { ...clips, key: clips.camera }, countOf(watched.key));
  // Cameras on weapons are so few that their clips are put in order rather than the incidents.
  const mounted = rowsWithNumber(clips.weapon);
  const byWeapon = matchSpans(
    { key: pick(clips.weapon, mounted), from: pick(clips.from, mounted), to: pick(clips.to, mounted) },
    { key: weapon, from, to },
    countOf(clips.weapon),
  );
  return {
    few: joined(pick(carried.few, own.few), byWeapon.many),
    many: joined(own.many, pick(mounted, byWeapon.few)),
  };
}

function joined(a: Int32Array, b: Int32Array): Int32Array {
  const both = new Int32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
