import canonicalize from "canonicalize";
import type { Delivery, WeaponEvent, WeaponRow } from "#contracts/weapon-log.ts";
import { sameContent } from "./stored.ts";

/** The gateway's clock where it told it, else the receipt: milliseconds since 1970. */
const deliveredAtMs = (delivery: Delivery): number =>
  Date.parse(delivery.clock?.gatewayClock ?? delivery.receivedAt);

/** A total order, so that the order of arrival leaves no trace: by clock, then receipt, then all the rest. */
const earlierDelivery = (one: Delivery, other: Delivery): Delivery => {
  const byClock = deliveredAtMs(one) - deliveredAtMs(other);
  const byReceipt = Date.parse(one.receivedAt) - Date.parse(other.receivedAt);
  const difference = byClock || byReceipt;
  if (difference !== 0) {
    return difference < 0 ? one : other;
  }
  return (canonicalize(one) ?? "") <= (canonicalize(other) ?? "") ? one : other;
};

/** Of two UTC times, which sort as text. */
const earlier = (one: string, other: string): string => (other < one ? other : one);

const distinctEvents = (events: readonly WeaponEvent[], standing: WeaponEvent): WeaponEvent[] => {
  const byContent = new Map(events.map((event) => [canonicalize(event) ?? "", event]));
  byContent.delete(canonicalize(standing) ?? "");
  return [...byContent.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, event]) => event);
};

/** Whatever download names the incident, a repeat that names none takes nothing away. */
const referencesOf = (...rows: readonly WeaponRow[]): Pick<WeaponRow, "incidentRefs"> => {
  const all = rows.flatMap(({ incidentRefs = [], delivery }) => [...incidentRefs, delivery.incidentRef]);
  const known = [...new Set(all.filter((reference) => reference !== undefined))].sort();
  return known.length === 0 ? {} : { incidentRefs: known };
};

/**
 * The row that stands after `incoming` came when `standing` was known.
 *
 * The standing content stays; another is kept beside it, once. The same content in another download takes the
 * delivery with the earliest gateway clock (contract §2) and the earliest receipt. A download with other
 * content says nothing about the clock of the content that stands.
 */
export const mergeRow = (standing: WeaponRow, incoming: WeaponRow): WeaponRow => {
  const conflicts = distinctEvents(
    [...standing.conflicts, incoming.event, ...incoming.conflicts],
    standing.event,
  );
  if (!sameContent(standing.event, incoming.event)) {
    return { ...standing, conflicts };
  }
  return {
    ...standing,
    delivery: earlierDelivery(standing.delivery, incoming.delivery),
    ...referencesOf(standing, incoming),
    firstReceivedAt: earlier(standing.firstReceivedAt, incoming.firstReceivedAt),
    conflicts,
  };
};
