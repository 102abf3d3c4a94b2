import type { FootageRecord } from "#contracts/footage.ts";
import { policy } from "#contracts/force.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { Booking } from "#contracts/register.ts";
import type { WeaponRow } from "#contracts/weapon-log.ts";
import { NONE } from "#domain/bulk/columns.ts";
import type { InputsOf } from "#domain/bulk/judge-in-bulk.ts";
import { groupRows, rowsInOrder, rowsOf } from "#domain/bulk/order-rows.ts";
import { toUtc } from "#domain/time/time.ts";
import type { BulkWorld } from "./world.ts";

const HOUR = 3_600_000;
/** The contract's own values, its clocks included: verdicts are judged with all their doubt. */
const POLICY = policy.parse({ version: "2019-07", effectiveFrom: "2019-07-15" });
const NOW = "2027-03-01T00:00:00.000Z";

/** The records that the store would give about an incident and its clips: all clocks measured right at docking. */
export function recordsOf(world: BulkWorld): InputsOf {
  const { incidents, bookings } = world;
  const bookingsOf = groupRows(bookings.camera, world.officers, rowsInOrder(bookings.from));
  return (incident, clips) => {
    const at = incidents.eventFrom[incident] as number;
    const officer = incidents.officer[incident] as number;
    const weaponSerial = `X-${incidents.weapon[incident]}`;
    const shift = { from: toUtc(at - 4 * HOUR), to: toUtc(at + 4 * HOUR) };
    const docked = toUtc(at + 6 * HOUR);
    const cameras = new Set(clips.map((clip) => world.clips.camera[clip] as number));
    return {
      format: "witnessed.judgement-inputs.1",
      now: NOW,
      timeZone: "Europe/London",
      policies: [POLICY],
      incident: {
        incidentId: `i-${incident}`,
        weaponSerial,
        firstReceivedAt: docked,
        drill: false,
        rows: [weaponRow(incident, weaponSerial, docked)],
        missingSeqs: [],
      },
      reports: [],
      bookings: [
        ...(officer === NONE ? [] : [{ deviceSerial: weaponSerial, officerId: `o-${officer}`, ...shift }]),
        ...[...cameras].flatMap((camera) => bookingsAround(camera, at)),
      ],
      officers: officer === NONE ? [] : [officerRecord(officer)],
      footage: clips.map(footageRecord),
      confirmations: [],
    } satisfies JudgementInputs;
  };

  function bookingsAround(camera: number, at: number): Booking[] {
    if (camera >= world.officers) return [];
    return Array.from(rowsOf(bookingsOf, camera))
      .filter((row) => (bookings.from[row] as number) < at + HOUR && (bookings.to[row] as number) > at - HOUR)
      .map((row) => ({
        deviceSerial: `C-${camera}`,
        officerId: `o-${bookings.officer[row]}`,
        from: toUtc(bookings.from[row] as number),
        to: toUtc(bookings.to[row] as number),
      }));
  }

  function weaponRow(incident: number, weaponSerial: string, docked: string): WeaponRow {
    const from = incidents.eventFrom[incident] as number;
    return {
      weaponSerial,
      event: {
        seq: 4102,
        at: toUtc(from),
        type: "trigger",
        durationSeconds: ((incidents.eventTo[incident] as number) - from) / 1000,
        cartridge: { serial: "C7H001", kind: "live", deployed: true },
      },
      delivery: {
        logId: `log-${incident}`,
        receivedAt: docked,
        deliveredBy: "gateway-1",
        model: "TASER 7",
        drill: false,
        clock: { deviceClock: docked, gatewayClock: docked },
      },
      firstReceivedAt: docked,
      conflicts: [],
    };
  }

  function footageRecord(clip: number): FootageRecord {
    const { clips } = world;
    const from = clips.from[clip] as number;
    const to = clips.to[clip] as number;
    const camera = clips.camera[clip] as number;
    const weapon = clips.weapon[clip] as number;
    const playableSeconds = (to - from) / 1000;
    const docked = toUtc(to + 6 * HOUR);
    return {
      footageId: `f-${clip}`,
      declaration: {
        recordingId: `R-${clips.recording[clip]}`,
        clip: 1 + (clip % 1000),
        final: true,
        drill: false,
        camera: {
          serial: `C-${camera}`,
          model: "Axon Body 3",
          ...(weapon === NONE
            ? { kind: "body-worn" }
            : { kind: "weapon-mounted", weaponSerial: `X-${weapon}` }),
        },
        startTime: toUtc(from),
        endTime: toUtc(to),
        triggerOnTime: toUtc(from),
        triggerOn: "wearer",
        triggerOff: "wearer",
        clock: { deviceClock: docked, gatewayClock: docked },
        signals: [],
        positions: [],
        file: {
          name: "clip.mp4",
          bytes: 15_728_640,
          contentType: "video/mp4",
          sha256: "0".repeat(64),
          original: true,
          partBytes: 67_108_864,
        },
      },
      duplicateNumber: false,
      declaredAt: docked,
      declaredBy: "gateway-1",
      objectKey: `C-${camera}/${clip}`,
      urlsExpireAt: docked,
      state: "ACCEPTED",
      media: {
        container: "mp4",
        playableSeconds,
        gaps: [],
        audio: [{ from: 0, to: playableSeconds }],
        videoCodec: "avc1",
        truncated: false,
        warnings: [],
      },
    };
  }
}

function officerRecord(officer: number): JudgementInputs["officers"][number] {
  return {
    officerId: `o-${officer}`,
    collarNumber: `${officer}`,
    team: "Response B",
    borough: "Lambeth",
    taserTrained: true,
    cameraIssued: true,
  };
}
