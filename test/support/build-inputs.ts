import type * as z from "zod";
import { type FootageRecord, footageDeclaration, type MediaFacts } from "#contracts/footage.ts";
import { type Policy, policy } from "#contracts/force.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { Booking, Officer } from "#contracts/register.ts";
import { type ReportRecord, type UseReport, useReport } from "#contracts/report.ts";
import { type Delivery, type WeaponEvent, type WeaponRow, weaponEvent } from "#contracts/weapon-log.ts";

/** The evening that tests play on: a discharge at 21:08:00 for 5 s, in a winter week when local time is UTC. */
export const EVENT_AT = "2026-11-21T21:08:00.000Z";
/** Long after every grace of that evening. */
export const LATER = "2026-12-01T00:00:00.000Z";
export const WEAPON = "X12005BX7";
export const CAMERA = "X81234567";
export const OTHER_CAMERA = "X87654321";
export const OFFICER = "officer-1";
export const COLLEAGUE = "officer-2";

/** `EVENT_AT` and so many seconds, in UTC with milliseconds. */
export function at(seconds: number, from: string = EVENT_AT): string {
  return new Date(Date.parse(from) + Math.round(seconds * 1000)).toISOString();
}

/** A force's policy with the contract's defaults. */
export function aPolicy(overrides: Partial<z.input<typeof policy>> = {}): Policy {
  return policy.parse({ version: "2019-07", effectiveFrom: "2019-07-15", ...overrides });
}

/** As `aPolicy`, with clocks that are known exactly: for what is to be told to the millisecond. */
export function anExactPolicy(overrides: Partial<z.input<typeof policy>> = {}): Policy {
  return aPolicy({ clocks: { default: { resolutionSeconds: 0, driftPpm: 0 } }, ...overrides });
}

/** A clock that was measured exactly right at docking the next morning. */
export const RIGHT_CLOCK = {
  deviceClock: "2026-11-22T06:00:00.000Z",
  gatewayClock: "2026-11-22T06:00:00.000Z",
};

/** One row of the weapon's memory: by default the live cartridge fired at the event for 5 s. */
export function aRow(
  event: Partial<z.input<typeof weaponEvent>> = {},
  delivery: Partial<Delivery> & { readonly weaponSerial?: string; readonly conflicts?: WeaponEvent[] } = {},
): WeaponRow {
  const { weaponSerial = WEAPON, conflicts = [], ...delivered } = delivery;
  const type = event.type ?? "trigger";
  const receivedAt = delivered.receivedAt ?? "2026-11-22T06:00:00.000Z";
  return {
    weaponSerial,
    event: weaponEvent.parse({
      seq: 4102,
      at: EVENT_AT,
      type,
      ...(type === "trigger"
        ? { durationSeconds: 5, cartridge: { serial: "C7H001", kind: "live", deployed: true } }
        : {}),
      ...event,
    }),
    delivery: {
      logId: "log-1",
      receivedAt,
      deliveredBy: "gateway-1",
      model: "TASER 7",
      drill: false,
      clock: RIGHT_CLOCK,
      ...delivered,
    },
    firstReceivedAt: receivedAt,
    conflicts,
  };
}

/** What a reader found: as long as it was declared, with sound throughout. */
function aMedia(overrides: Partial<MediaFacts> = {}): MediaFacts {
  const playableSeconds = overrides.playableSeconds ?? 390;
  return {
    container: "mp4",
    playableSeconds,
    gaps: [],
    audio: [{ from: 0, to: playableSeconds }],
    videoCodec: "avc1",
    truncated: false,
    warnings: [],
    ...overrides,
  };
}

type Declaration = z.input<typeof footageDeclaration>;

/** A clip to build: [from, to) in seconds from the event, and whatever differs from a plain accepted clip. */
export type ClipShape = {
  readonly from?: number;
  readonly to?: number;
  /** Seconds from the event at which the wearer pressed; `null` when nothing says so. */
  readonly pressed?: number | null;
  readonly camera?: Partial<Declaration["camera"]>;
  readonly declaration?: Partial<Omit<Declaration, "camera">>;
  readonly media?: Partial<MediaFacts>;
  readonly record?: Partial<FootageRecord>;
};

/** One clip: by default accepted, of the officer's own camera, from 60 s before the event to 60 s after it. */
export function aClip(shape: ClipShape = {}): FootageRecord {
  const { from = -60, to = 65 } = shape;
  const pressed = shape.pressed === undefined ? from : shape.pressed;
  const declaration = footageDeclaration.parse({
    recordingId: "R-1",
    camera: { serial: CAMERA, kind: "body-worn", model: "Axon Body 3", ...shape.camera },
    startTime: at(from),
    endTime: at(to),
    ...(pressed === null ? {} : { triggerOnTime: at(pressed) }),
    triggerOn: "wearer",
    triggerOff: "wearer",
    clock: RIGHT_CLOCK,
    file: { name: "clip.mp4", bytes: 1000, contentType: "video/mp4", sha256: "0".repeat(64) },
    ...shape.declaration,
  });
  const { camera, recordingId, clip } = declaration;
  return {
    footageId: `f-${camera.serial}-${recordingId}-${clip}`,
    declaration,
    duplicateNumber: false,
    declaredAt: "2026-11-22T06:00:00.000Z",
    declaredBy: "gateway-1",
    objectKey: `${camera.serial}/2026/11/${recordingId}-${clip}`,
    urlsExpireAt: "2026-11-22T06:05:00.000Z",
    state: "ACCEPTED",
    media: aMedia({ playableSeconds: Math.max(0, to - from), ...shape.media }),
    ...shape.record,
  };
}

/** The officer's use report: fired at the event, video on. */
export function aReport(
  overrides: Partial<z.input<typeof useReport>> = {},
  record: Partial<ReportRecord> = {},
): ReportRecord {
  const report: UseReport = useReport.parse({
    reportId: "report-1",
    officerId: OFFICER,
    weaponSerial: WEAPON,
    statedAt: EVENT_AT,
    actions: ["fired"],
    outcomeIntent: "intended",
    borough: "Lambeth",
    locationType: "street",
    singleCrewed: "no",
    bodyWornVideo: "yes",
    subject: {
      ageBand: "18-34",
      under18: "no",
      gender: "male",
      ethnicity: "not-stated",
      mentalHealth: "not-stated",
    },
    ...overrides,
  });
  return { report, receivedAt: "2026-11-22T07:00:00.000Z", receivedFrom: "gateway-1", ...record };
}

/** A shift's booking: by default the officer's weapon from 14:00 to 23:00 on the evening of the event. */
export function aBooking(overrides: Partial<Booking> = {}): Booking {
  return {
    deviceSerial: WEAPON,
    officerId: OFFICER,
    from: "2026-11-21T14:00:00.000Z",
    to: "2026-11-21T23:00:00.000Z",
    ...overrides,
  };
}

/** A booking without an end. */
export function anOpenBooking(overrides: Omit<Partial<Booking>, "to"> = {}): Booking {
  const { to: _to, ...open } = aBooking();
  return { ...open, ...overrides };
}

export function anOfficer(overrides: Partial<Officer> = {}): Officer {
  return {
    officerId: OFFICER,
    collarNumber: "4711",
    team: "Response B",
    borough: "Lambeth",
    taserTrained: true,
    cameraIssued: true,
    ...overrides,
  };
}

type InputsShape = Partial<Omit<JudgementInputs, "incident">> & {
  readonly incident?: Partial<JudgementInputs["incident"]>;
};

/** A discharge by the booked officer, judged long after, with no footage until some is given. */
export function anInputs(overrides: InputsShape = {}): JudgementInputs {
  const { incident, ...rest } = overrides;
  return {
    format: "witnessed.judgement-inputs.1",
    now: LATER,
    timeZone: "Europe/London",
    policies: [aPolicy()],
    reports: [],
    bookings: [
      aBooking(),
      aBooking({ deviceSerial: CAMERA }),
      aBooking({ deviceSerial: OTHER_CAMERA, officerId: COLLEAGUE }),
    ],
    officers: [anOfficer(), anOfficer({ officerId: COLLEAGUE, collarNumber: "4712" })],
    footage: [],
    confirmations: [],
    ...rest,
    incident: {
      incidentId: "i-1",
      weaponSerial: WEAPON,
      firstReceivedAt: "2026-11-22T06:00:00.000Z",
      drill: false,
      rows: [aRow()],
      missingSeqs: [],
      ...incident,
    },
  };
}
