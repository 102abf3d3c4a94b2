import { type BookingColumns, type ClipColumns, type IncidentColumns, NONE } from "#domain/bulk/columns.ts";
import { rowsInOrder } from "#domain/bulk/order-rows.ts";
import { type Random, randomFrom } from "#test/support/reference-judge/random-source.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR_START = Date.parse("2026-01-01T00:00:00.000Z");
const DAYS = 365;
/** Lead and tail of the contract's policy. */
const AROUND = 30 * SECOND;
/** Early, late and night: the hour at which each begins. A shift lasts ten hours. */
const SHIFTS = [6, 14, 22] as const;
const SHIFT = 10 * HOUR;
/** How long a file of a camera gets before the next begins; the last kind of camera writes one file. */
const FILES = [5 * MINUTE, 15 * MINUTE, DAY] as const;

/** One force's year: who carried which camera, what was recorded, and what has to be covered. */
export type BulkWorld = {
  readonly incidents: IncidentColumns;
  readonly clips: ClipColumns;
  readonly bookings: BookingColumns;
  readonly officers: number;
};

type Duty = { officer: number; camera: number; from: number };
type Recording = { duty: Duty; from: number; to: number };
type Clip = { camera: number; recording: number; weapon: number; from: number; to: number };
type Incident = { officer: number; weapon: number; from: number; to: number };

/**
 * A force's year, made by one seed. Officers, and as many cameras, are so many that each camera keeps about 333 clips;
 * each officer has a weapon of the same number, and every tenth weapon a camera. The clips come in the order in which
 * they were uploaded: up to a day after they were recorded.
 */
export function bulkWorld(seed: number, incidentCount: number, clipCount: number): BulkWorld {
  const random = randomFrom(seed);
  const officers = Math.max(4, Math.round(clipCount / 333));
  const duties = dutiesOf(random, officers);
  const mounted = Math.round(clipCount / 50);
  const { clips, recordings } = bodyWorn(random, duties, clipCount - mounted);
  const incidents = Array.from({ length: incidentCount }, () => incidentOf(random, duties, recordings));
  addWeaponMounted(random, { clips, incidents, officers }, mounted, recordings.length);
  const uploaded = rowsInOrder(Float64Array.from(clips, ({ to }) => to + random.whole(0, DAY)));
  const inOrder = Array.from(uploaded, (row) => clips[row] as Clip);
  const booked = duties.filter(({ camera }) => camera !== NONE);
  return {
    incidents: {
      officer: Int32Array.from(incidents, ({ officer }) => officer),
      weapon: Int32Array.from(incidents, ({ weapon }) => weapon),
      eventFrom: Float64Array.from(incidents, ({ from }) => from),
      eventTo: Float64Array.from(incidents, ({ to }) => to),
      requiredFrom: Float64Array.from(incidents, ({ from }) => from - AROUND),
      requiredTo: Float64Array.from(incidents, ({ to }) => to + AROUND),
    },
    clips: {
      camera: Int32Array.from(inOrder, ({ camera }) => camera),
      recording: Int32Array.from(inOrder, ({ recording }) => recording),
      weapon: Int32Array.from(inOrder, ({ weapon }) => weapon),
      from: Float64Array.from(inOrder, ({ from }) => from),
      to: Float64Array.from(inOrder, ({ to }) => to),
      gaps: { key: new Int32Array(0), from: new Float64Array(0), to: new Float64Array(0) },
    },
    bookings: {
      camera: Int32Array.from(booked, ({ camera }) => camera),
      officer: Int32Array.from(booked, ({ officer }) => officer),
      from: Float64Array.from(booked, ({ from }) => from),
      to: Float64Array.from(booked, ({ from }) => from + SHIFT),
    },
    officers,
  };
}

/** Every day just over half of the officers work, each with a camera of the pool; one in 25 goes without. */
function dutiesOf(random: Random, officers: number): readonly Duty[] {
  const pool = Array.from({ length: officers }, (_, camera) => camera);
  return Array.from({ length: DAYS }, (_, day) => {
    for (let last = officers - 1; last > 0; last -= 1) {
      const other = random.whole(0, last);
      [pool[last], pool[other]] = [pool[other] as number, pool[last] as number];
    }
    return pool.flatMap((drawn, officer) => {
      if (!random.chance(0.55)) return [];
      const camera = random.chance(0.04) ? NONE : drawn;
      return [{ officer, camera, from: YEAR_START + day * DAY + random.pick(SHIFTS) * HOUR }];
    });
  }).flat();
}

/** Recordings of 1 to 40 minutes, short ones more often, in files with mostly less than a second between them. */
function bodyWorn(
  random: Random,
  duties: readonly Duty[],
  count: number,
): { readonly clips: Clip[]; readonly recordings: readonly Recording[] } {
  const clips: Clip[] = [];
  const recordings: Recording[] = [];
  while (clips.length < count) {
    const duty = duties[random.whole(0, duties.length - 1)] as Duty;
    if (duty.camera === NONE) continue;
    const from = duty.from + random.whole(0, SHIFT);
    const to = from + Math.round(MINUTE * 40 ** (random.whole(0, 1_000_000) / 1_000_000));
    const file = FILES[duty.camera % FILES.length] as number;
    for (let at = from; at < to && clips.length < count; at += file) {
      const pause = random.chance(0.05) ? random.whole(1001, 20_000) : random.whole(0, SECOND);
      const end = Math.min(at + file - pause, to);
      const clip = { camera: duty.camera, recording: recordings.length, weapon: NONE, from: at, to: end };
      clips.push(clip);
    }
    recordings.push({ duty, from, to });
  }
  return { clips, recordings };
}

/** Seven of ten within a minute of a recording of the officer's shift, the others at any time of a shift. */
function incidentOf(random: Random, duties: readonly Duty[], recordings: readonly Recording[]): Incident {
  const near = recordings[random.whole(0, recordings.length - 1)] as Recording;
  const isNear = random.chance(0.7);
  const duty = isNear ? near.duty : (duties[random.whole(0, duties.length - 1)] as Duty);
  const from = isNear
    ? random.whole(near.from - MINUTE, near.to + MINUTE)
    : duty.from + random.whole(0, SHIFT);
  const longest = random.pick([5, 5, 5, 20, 300]) * SECOND;
  // Of one weapon in a hundred nobody knows who carried it.
  const officer = random.chance(0.01) ? NONE : duty.officer;
  return { officer, weapon: duty.officer, from, to: from + random.whole(5 * SECOND, longest) };
}

/** Cameras on weapons run from about the moment at which the safety goes off. */
function addWeaponMounted(
  random: Random,
  world: { readonly clips: Clip[]; readonly incidents: readonly Incident[]; readonly officers: number },
  count: number,
  firstRecording: number,
): void {
  const withCamera = world.incidents.filter(({ weapon }) => weapon % 10 === 0);
  for (let added = 0; added < count; added += 1) {
    const near = withCamera[random.whole(0, withCamera.length - 1)];
    const from = (near?.from ?? YEAR_START) + random.whole(-20 * SECOND, 20 * SECOND);
    const weapon = near?.weapon ?? 0;
    world.clips.push({
      camera: world.officers + weapon,
      recording: firstRecording + added,
      weapon,
      from,
      to: from + random.whole(5 * SECOND, MINUTE),
    });
  }
}
