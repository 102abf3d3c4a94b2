import type { WeaponEvent, WeaponRow } from "#contracts/weapon-log.ts";
import { instantOf, resolveInstants } from "#domain/time/time.ts";
import type { WeaponRecords } from "#records/weapon-records.ts";

const PAGE = 500;
/** More rows than any weapon's memory holds. */
const MAX_PAGES = 40;

/**
 * Numbers of rows that were known before and are read by another clock now: a gateway may send one long memory in
 * several downloads, and a setting of the clock in a later part takes the measured offset from what lies before
 * it (contract §2).
 */
export async function rowsBeforeSyncs(
  weaponSerial: string,
  events: readonly WeaponEvent[],
  deps: { readonly weapons: Pick<WeaponRecords, "rowsBefore">; readonly timeZone: string },
): Promise<readonly number[]> {
  const syncs = events.filter(({ type }) => type === "time-sync");
  if (syncs.length === 0) return [];
  const setAt = Math.min(...syncs.flatMap(({ at }) => resolveInstants(at, deps.timeZone)));
  const wasMeasuredAfter = ({ delivery }: WeaponRow): boolean => {
    const measuredAt = delivery.clock?.deviceClock;
    return measuredAt !== undefined && instantOf(measuredAt) >= setAt;
  };
  const seqs: number[] = [];
  let below = Math.max(...syncs.map(({ seq }) => seq));
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const rows = await deps.weapons.rowsBefore(weaponSerial, below, PAGE);
    const concerned = rows.filter(wasMeasuredAfter);
    seqs.push(...concerned.map(({ event }) => event.seq));
    const [first] = rows;
    if (first === undefined || rows.length < PAGE || concerned.length === 0) break;
    below = first.event.seq;
  }
  return seqs;
}
