import type { FootageRecord } from "#contracts/footage.ts";
import type { SearchSpan } from "#domain/cover/search-spans.ts";
import { carriagesOf, lastCarriageBefore } from "#domain/log/bookings.ts";
import { instantOf, toUtc } from "#domain/time/time.ts";
import type { RegisterRecords } from "#records/register-records.ts";

const BOOKINGS_BEFORE = 8;
/** A camera that is booked for good could else have recorded at any time of its life. */
export const LONGEST_UNTRUSTED_MS = 92 * 24 * 3_600_000;

/**
 * Where a clip may lie whose clock says nothing: in its camera's last booking begun before it was delivered
 * (contract §2). Undefined when nobody booked the camera.
 */
export async function spanOfUntrusted(
  { declaration, declaredAt }: FootageRecord,
  deps: { readonly register: Pick<RegisterRecords, "lastBookingsOfDevice"> },
): Promise<SearchSpan | undefined> {
  const deliveredMs = instantOf(declaration.clock?.gatewayClock ?? declaredAt);
  const { serial } = declaration.camera;
  const bookings = await deps.register.lastBookingsOfDevice(serial, toUtc(deliveredMs), BOOKINGS_BEFORE);
  const last = lastCarriageBefore(carriagesOf(serial, bookings), deliveredMs);
  return last === undefined
    ? undefined
    : { fromMs: Math.max(last.span.from, last.span.to - LONGEST_UNTRUSTED_MS), toMs: last.span.to };
}
