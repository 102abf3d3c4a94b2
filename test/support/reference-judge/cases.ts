import type { FootageRecord } from "#contracts/footage.ts";
import type { Policy } from "#contracts/force.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { Relation } from "#contracts/verdict.ts";
import { bookingsOf, carriersAt, lastBookingsBefore, spanOf, whereUntrusted } from "./carriers.ts";
import { uncertaintyAt } from "./clock-readings.ts";
import { instantsOf, policyAt, toMs } from "./instants.ts";
import { isLinked } from "./links.ts";
import { type Recording, recordingsOf } from "./recordings.ts";
import { overlap, type Span } from "./spans.ts";
import {
  earliestDelivery,
  everyChoice,
  inOrder,
  isTrusted,
  makeOneUse,
  type TimedRow,
  timesOf,
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
  readonly shifts: { readonly lo: number; readonly hi: number };
  readonly policy: Policy;
  readonly officers: readonly string[];
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

function timeOfRows(inputs: JudgementInputs, rows: readonly TimedRow[]): UseTime {
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
    return {
      rows: ordered,
      trusted: true,
      occurredAt: c.from,
      c,
      cycles,
      uncertainty,
      shifts: { lo: -uncertainty, hi: uncertainty },
      policy,
      officers: carriers(inputs, booked),
    };
  }
  const occurredAt = earliestDelivery(ordered);
  const policy = policyAt(policies, timeZone, occurredAt);
  const last = unregistered(inputs, weapon) ? [] : lastBookingsBefore(weapon, occurredAt, bookings);
  const place = whereUntrusted(weapon, occurredAt, bookings) ?? { from: occurredAt, to: occurredAt };
  const lo = place.from - c.from;
  return {
    rows: ordered,
    trusted: false,
    occurredAt,
    c,
    cycles,
    uncertainty: 0,
    shifts: { lo, hi: Math.max(lo, place.to - c.to) },
    policy,
    officers: carriers(
      inputs,
      last.map((booking) => booking.officerId),
    ),
  };
}

/** A report without a log: C = [statedAt, + 1 ms). Of several, the earliest stated. */
function timesOfReports(inputs: JudgementInputs): UseTime[] {
  const { policies, timeZone, bookings } = inputs;
  const stated = inputs.reports
    .map(({ report }) => ({ report, at: instantsOf(report.statedAt, timeZone) }))
    .sort((a, b) => (a.at[0] ?? 0) - (b.at[0] ?? 0) || (a.report.reportId < b.report.reportId ? -1 : 1));
  const [first] = stated;
  if (first === undefined) throw new RangeError("an incident has rows or a report");
  return first.at.map((at) => {
    const policy = policyAt(policies, timeZone, at);
    const uncertainty = Math.ceil(policy.reportUncertaintyMinutes * 60_000);
    const serial = inputs.incident.weaponSerial ?? first.report.weaponSerial;
    const booked =
      serial === undefined || unregistered(inputs, serial) ? [] : carriersAt(serial, at, bookings);
    return {
      rows: [],
      trusted: true,
      occurredAt: at,
      c: { from: at, to: at + 1 },
      cycles: [],
      uncertainty,
      shifts: { lo: -uncertainty, hi: uncertainty },
      policy,
      officers: carriers(inputs, booked),
    };
  });
}

/** Every time that the use may mean. An autumn hour's candidates count while the rows still make one use. */
export function useTimes(inputs: JudgementInputs): UseTime[] {
  const { rows, timeSyncs = [] } = inputs.incident;
  if (rows.length === 0) return timesOfReports(inputs);
  const choices = everyChoice(rows.map((row) => timesOf(row, timeSyncs, inputs.policies, inputs.timeZone)));
  const whole = choices.filter((choice) => {
    const [first] = inOrder(choice);
    return (
      first !== undefined && makeOneUse(choice, policyAt(inputs.policies, inputs.timeZone, first.span.from))
    );
  });
  return (whole.length > 0 ? whole : choices).map((choice) => timeOfRows(inputs, choice));
}

/** Who may carry the camera when the use began. */
function cameraOptions(
  inputs: JudgementInputs,
  time: UseTime,
  serial: string,
  officerId: string | undefined,
): boolean[] {
  if (officerId === undefined || unregistered(inputs, serial)) return [false];
  if (time.trusted) {
    const booked = carriersAt(serial, time.c.from, inputs.bookings);
    if (!booked.includes(officerId)) return [false];
    return booked.length === 1 ? [true] : [true, false];
  }
  const place = { from: time.c.from + time.shifts.lo, to: time.c.to + time.shifts.hi };
  const theirs = bookingsOf(serial, inputs.bookings)
    .filter((booking) => booking.officerId === officerId)
    .map((booking) => spanOf(booking, inputs.bookings));
  if (theirs.some((span) => span.from <= place.from && span.to >= place.to)) return [true];
  return theirs.some((span) => overlap(span, place)) ? [true, false] : [false];
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
      recordings
        .filter((recording) => isLinked(recording, time.rows, time.uncertainty, inputs, time.policy))
        .map((recording) => recording.key),
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

export const graceEnd = (time: UseTime): number =>
  time.occurredAt + Math.round(time.policy.footageGraceHours * 3_600_000);
