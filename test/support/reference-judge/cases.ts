import type { FootageRecord } from "#contracts/footage.ts";
import type { Policy } from "#contracts/force.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { Booking } from "#contracts/register.ts";
import type { Relation } from "#contracts/verdict.ts";
import {
  bookingsOf,
  carriersAt,
  lastBookingsBefore,
  shiftsInto,
  spanOf,
  whereUntrusted,
} from "./carriers.ts";
import { uncertaintyAt } from "./clock-readings.ts";
import { tellingRows } from "./incident-rows.ts";
import { instantsOf, policyAt, toMs } from "./instants.ts";
import { isLinked } from "./links.ts";
import { type Recording, recordingsOf } from "./recordings.ts";
import type { Span } from "./spans.ts";
import {
  earliestDelivery,
  everyChoice,
  inOrder,
  isTrusted,
  makeOneUse,
  type TimedRow,
} from "./timed-rows.ts";
import { type Cycle, cyclesOf, useSpan } from "./use-spans.ts";

/** When the use may have been: one of its candidates, at zero shift, with the shifts that it may have. */
export type UseTime = {
  readonly rows: readonly TimedRow[];
  readonly trusted: boolean;
  readonly occurredAt: number;
  readonly c: Span;
  readonly cycles: readonly Cycle[];
  readonly uncertainty: number;
  /** Where the use may lie when its times cannot be trusted. */
  readonly place: Span | undefined;
  readonly shifts: { readonly lo: number; readonly hi: number };
  /** The instant at which bookings say whose a camera was. */
  readonly carriedAt: number;
  readonly policy: Policy;
  /** Who may have carried the weapon at this time. */
  readonly officers: readonly string[];
  /** Who may have at zero shift. */
  readonly toldOfficers: readonly string[];
};

/** One way in which everything that bookings leave open may have been. */
export type Case = {
  readonly time: UseTime;
  readonly officerId: string | undefined;
  readonly recordings: readonly Recording[];
  /** How a clip belongs to the incident; undefined when it does not count. */
  readonly relationOf: (clip: FootageRecord, recording: Recording) => Relation | undefined;
};

const unregistered = (inputs: JudgementInputs, serial: string | undefined): boolean =>
  serial !== undefined && (inputs.unregisteredSerials ?? []).includes(serial);

/** The officers of reports that joined may have carried it too. */
function carriers(inputs: JudgementInputs, booked: readonly string[]): string[] {
  return [...new Set([...booked, ...inputs.reports.map(({ report }) => report.officerId)])].sort();
}

function timesOfRows(inputs: JudgementInputs, rows: readonly TimedRow[]): UseTime[] {
  const { policies, timeZone, bookings } = inputs;
  const ordered = inOrder(rows);
  const [first] = ordered;
  if (first === undefined) throw new RangeError("a use has a row");
  const weapon = first.row.weaponSerial;
  const c = useSpan(ordered);
  const cycles = cyclesOf(ordered);
  if (isTrusted(first)) {
    const policy = policyAt(policies, timeZone, c.from);
    const uncertainty = Math.max(
      ...ordered.map((row) => uncertaintyAt(row.reading.basis, c.from, row.delivered, policy)),
    );
    const booked = unregistered(inputs, weapon) ? [] : carriersAt(weapon, first.span.from, bookings);
    const officers = carriers(inputs, booked);
    const time: UseTime = {
      rows: ordered,
      trusted: true,
      occurredAt: c.from,
      c,
      cycles,
      uncertainty,
      place: undefined,
      shifts: { lo: -uncertainty, hi: uncertainty },
      carriedAt: c.from,
      policy,
      officers,
      toldOfficers: officers,
    };
    return [time];
  }
  const occurredAt = earliestDelivery(ordered);
  const last = unregistered(inputs, weapon) ? [] : lastBookingsBefore(weapon, occurredAt, bookings);
  const lasts = last.map((booking) => booking.officerId).sort();
  const place = whereUntrusted(weapon, occurredAt, bookings);
  const { lo, hi } = shiftsInto(place, c);
  const time: UseTime = {
    rows: ordered,
    trusted: false,
    occurredAt,
    c,
    cycles,
    uncertainty: 0,
    place,
    shifts: { lo, hi },
    carriedAt: c.from + lo,
    policy: policyAt(policies, timeZone, occurredAt),
    officers: carriers(inputs, lasts),
    // Whoever else was booked while the last booking ran may have had it in hand too.
    toldOfficers: carriers(inputs, [
      ...lasts,
      ...(last.length === 0 ? [] : overlappingOfficers(weapon, place, bookings)),
    ]),
  };
  return [time];
}

function overlappingOfficers(serial: string, place: Span, bookings: readonly Booking[]): string[] {
  return bookingsOf(serial, bookings)
    .filter((booking) => {
      const span = spanOf(booking, bookings);
      return Math.max(span.from, place.from) < Math.min(span.to, place.to);
    })
    .map(({ officerId }) => officerId)
    .sort();
}

/**
 * A use cut where bookings begin or end, of its weapon or of cameras: between, the same people carried each. The cut
 * with zero shift comes first.
 */
function betweenBookings(inputs: JudgementInputs, time: UseTime): UseTime[] {
  const { bookings } = inputs;
  const [first] = time.rows;
  const firstRow = first?.span.from ?? time.c.from;
  const changes = bookings.flatMap((booking) => {
    const { from, to } = spanOf(booking, bookings);
    return [from - time.c.from, to - time.c.from, from - firstRow, to - firstRow];
  });
  const { lo, hi } = time.shifts;
  const cuts = [...new Set(changes)].filter((shift) => shift > lo && shift <= hi);
  const begins = [lo, ...cuts.sort((a, b) => a - b)];
  return begins
    .map((begin, index): UseTime => {
      const booked =
        first === undefined || unregistered(inputs, first.row.weaponSerial)
          ? []
          : carriersAt(
              first.row.weaponSerial,
              // An untrusted use lies in the last booking, whichever of its rows do.
              Math.max(firstRow + begin, time.place?.from ?? Number.NEGATIVE_INFINITY),
              bookings,
            );
      return {
        ...time,
        shifts: { lo: begin, hi: (begins[index + 1] ?? hi + 1) - 1 },
        carriedAt: time.c.from + begin,
        officers: carriers(inputs, booked),
      };
    })
    .sort((a, b) => Number(holdsZero(b)) - Number(holdsZero(a)));
}

const holdsZero = ({ trusted, shifts: { lo, hi } }: UseTime): boolean => trusted && lo <= 0 && hi >= 0;

/** A report without a log: C = [statedAt, + 1 ms). Of several, the earliest stated. */
function timesOfReports(inputs: JudgementInputs): UseTime[] {
  const { policies, timeZone } = inputs;
  const stated = inputs.reports
    .map(({ report }) => ({ report, at: instantsOf(report.statedAt, timeZone) }))
    .sort((a, b) => (a.at[0] ?? 0) - (b.at[0] ?? 0) || (a.report.reportId < b.report.reportId ? -1 : 1));
  const [first] = stated;
  if (first === undefined) throw new RangeError("an incident has rows or a report");
  return first.at.map((at) => {
    const policy = policyAt(policies, timeZone, at);
    const uncertainty = Math.ceil(policy.reportUncertaintyMinutes * 60_000);
    return {
      rows: [],
      trusted: true,
      occurredAt: at,
      c: { from: at, to: at + 1 },
      cycles: [],
      uncertainty,
      place: undefined,
      shifts: { lo: -uncertainty, hi: uncertainty },
      carriedAt: at,
      policy,
      // "A report without a log" names its officer itself: there is no use row at which to ask the bookings.
      officers: carriers(inputs, []),
      toldOfficers: carriers(inputs, []),
    };
  });
}

/** Every time that the use may mean. An autumn hour's candidates count while the rows still make one use. */
export function useTimes(inputs: JudgementInputs): UseTime[] {
  const rows = tellingRows(inputs);
  if (rows.length === 0) return timesOfReports(inputs).flatMap((time) => betweenBookings(inputs, time));
  const choices = everyChoice(rows.map(({ readings }) => readings));
  const whole = choices.filter((choice) => {
    const [first] = inOrder(choice);
    return (
      first !== undefined && makeOneUse(choice, policyAt(inputs.policies, inputs.timeZone, first.span.from))
    );
  });
  const times = (whole.length > 0 ? whole : choices).flatMap((choice) => timesOfRows(inputs, choice));
  const toldOfficers = [...new Set(times.flatMap((time) => time.toldOfficers))];
  // Which start the uncertainties are to be taken at is as open as the hour: the largest holds for all.
  const uncertainty = Math.max(...times.map((time) => time.uncertainty));
  const widest = times.map((time) =>
    time.trusted
      ? { ...time, toldOfficers, uncertainty, shifts: { lo: -uncertainty, hi: uncertainty } }
      : { ...time, toldOfficers },
  );
  return widest.flatMap((time) => betweenBookings(inputs, time));
}

/** Who may carry the camera when the use began. */
function cameraOptions(
  inputs: JudgementInputs,
  time: UseTime,
  serial: string,
  officerId: string | undefined,
): boolean[] {
  if (officerId === undefined || unregistered(inputs, serial)) return [false];
  const booked = carriersAt(serial, time.carriedAt, inputs.bookings);
  if (!booked.includes(officerId)) return [false];
  return booked.length === 1 ? [true] : [true, false];
}

/** The latest confirmation of a clip counts. */
function isShown(inputs: JudgementInputs, footageId: string): boolean {
  return (
    inputs.confirmations
      .filter((confirmation) => confirmation.footageId === footageId)
      .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
      .at(-1)?.shows ?? false
  );
}

/** Everything that bookings, reports and local times leave open, each way by itself. */
export function casesOf(inputs: JudgementInputs): Case[] {
  return useTimes(inputs).flatMap((time) => {
    const recordings = recordingsOf(inputs.footage, time.policy, inputs.bookings);
    const linked = new Set(
      recordings.filter((recording) => isLinked(recording, time, inputs)).map((recording) => recording.key),
    );
    const officers = time.officers.length > 0 ? time.officers : [undefined];
    return officers.flatMap((officerId) => {
      const cameras = [...new Set(recordings.map((recording) => recording.cameraSerial))].sort();
      const options = cameras.map((serial) => cameraOptions(inputs, time, serial, officerId));
      return everyChoice(options).map((choice): Case => {
        const carried = new Set(cameras.filter((_, index) => choice[index] === true));
        return {
          time,
          officerId,
          recordings,
          relationOf: (clip, recording) => {
            const { serial, kind, weaponSerial } = clip.declaration.camera;
            if (unregistered(inputs, serial)) return undefined;
            switch (kind) {
              case "body-worn":
                if (carried.has(serial)) return "own";
                return linked.has(recording.key) ? "other-officer" : undefined;
              case "weapon-mounted": {
                const paired = weaponSerial !== undefined && weaponSerial === inputs.incident.weaponSerial;
                return paired || carried.has(serial) ? "weapon-mounted" : undefined;
              }
              case "vehicle":
              case "fixed":
                return isShown(inputs, clip.footageId) ? kind : undefined;
            }
          },
        };
      });
    });
  });
}

export const windowOf = (c: Span, policy: Policy): Span => ({
  from: c.from - toMs(policy.leadSeconds),
  to: c.to + toMs(policy.tailSeconds),
});

/** When the verdict becomes final. */
export const finalFrom = (inputs: JudgementInputs, time: UseTime): number =>
  Math.max(graceEnd(time), Date.parse(inputs.incident.firstReceivedAt));

/** "Accepted footage deleted after that still counts": from the instant on at which the verdict is final. */
export const isKept = (inputs: JudgementInputs, time: UseTime, { deletedAt }: FootageRecord): boolean =>
  deletedAt === undefined || Date.parse(deletedAt) >= finalFrom(inputs, time);

export const graceEnd = (time: UseTime): number =>
  time.occurredAt + Math.round(time.policy.footageGraceHours * 3_600_000);
