import type { FootageRecord, MediaFacts } from "#contracts/footage.ts";
import { footageDeclaration } from "#contracts/footage.ts";
import type { Policy } from "#contracts/force.ts";
import type { DeviceClock } from "#contracts/time.ts";
import { type Doubt, HOUR, randomClock, randomPlace, utc, WEAPON } from "./random-log.ts";
import type { Random } from "./random-source.ts";
import type { Span } from "./spans.ts";

/** What clips are made around: the use as it truly was, and where its edges are. */
export type Scene = {
  readonly c: Span;
  readonly w: Span;
  readonly edges: readonly [number, ...number[]];
  readonly finalFrom: number;
  readonly policy: Policy;
  readonly doubt: Doubt;
  /** Whether a camera's recordings may have clocks of their own: every one more is slow to judge by trying. */
  readonly manyClocks: boolean;
};

type Camera = {
  readonly serial: string;
  readonly kind: "body-worn" | "weapon-mounted" | "vehicle" | "fixed";
  readonly model?: string;
  readonly weaponSerial?: string;
};

/** A little before, at, or a little after. */
const nudge = (random: Random, doubt: Doubt): number =>
  random.pick([
    0,
    0,
    0,
    1,
    -1,
    2,
    -2,
    random.whole(-8, 8),
    random.pick([500, 1000, 1001, -500, -1000, -1001]),
    random.whole(-6000, 6000),
    doubt === "large" ? random.whole(-5000, 5000) : 0,
  ]);

export function randomCamera(random: Random, serial: string): Camera {
  const kind = random.pick([
    "body-worn",
    "body-worn",
    "body-worn",
    "body-worn",
    "weapon-mounted",
    "vehicle",
    "fixed",
  ] as const);
  return {
    serial,
    kind,
    ...(random.chance(0.5) ? { model: random.pick(["Axon Body 3", "Other"]) } : {}),
    ...(kind === "weapon-mounted" && random.chance(0.7)
      ? { weaponSerial: random.pick([WEAPON, WEAPON, "W2"]) }
      : {}),
  };
}

/** One camera's recordings: some share a clock, some are in clips that nearly or just join. */
export function randomFootage(random: Random, camera: Camera, scene: Scene): FootageRecord[] {
  const shared = randomClock(random, scene.doubt, scene.c.from);
  return Array.from({ length: random.pick([1, 1, 1, 2, 2]) }).flatMap((_, index) => {
    const reading =
      !scene.manyClocks || random.chance(0.7) ? shared : randomClock(random, scene.doubt, scene.c.from);
    return randomRecording(random, camera, `R${index + 1}`, reading, scene);
  });
}

function randomSpan(random: Random, scene: Scene): Span {
  const { w } = scene;
  if (random.chance(0.45)) {
    const margin = random.pick([30_000, 30_000, scene.doubt === "large" ? 120_000 : 10]);
    return { from: w.from - random.whole(0, margin), to: w.to + random.whole(0, margin) };
  }
  const ends = [random.pick(scene.edges), random.pick([w.from, w.to, random.pick(scene.edges)])]
    .map((edge) => edge + nudge(random, scene.doubt))
    .sort((a, b) => a - b);
  const [from = w.from, to = w.to] = ends;
  const widened = random.pick([0, 0, random.whole(0, 20_000)]);
  return { from: from - widened, to: Math.max(to, from + 1) };
}

function randomRecording(
  random: Random,
  camera: Camera,
  recordingId: string,
  reading: { readonly clock: DeviceClock | undefined; readonly ahead: number },
  scene: Scene,
): FootageRecord[] {
  const whole = randomSpan(random, scene);
  const cuts = Array.from(
    { length: random.pick([0, 0, 0, 1, 1, 2]) },
    () => random.pick(scene.edges) + nudge(random, scene.doubt),
  )
    .filter((cut) => cut > whole.from + 1 && cut < whole.to - 1)
    .sort((a, b) => a - b);
  const join = Math.round(scene.policy.clipJoinSeconds * 1000);
  const pressed = random.chance(0.75)
    ? random.pick([whole.from, whole.from, whole.from, ...scene.edges]) + nudge(random, scene.doubt)
    : undefined;
  const starts = [whole.from, ...cuts];
  return starts.map((from, index) => {
    const next = starts[index + 1];
    const pause = random.pick([0, 0, join, join, join + 1, join - 1, -100, 3000]);
    const to = next === undefined ? whole.to : Math.max(from + 1, next - pause);
    const other = random.chance(0.15) ? randomClock(random, scene.doubt, scene.c.from) : undefined;
    const clocked = other !== undefined && other.ahead === reading.ahead ? other : reading;
    return randomClip(random, camera, { recordingId, clip: index + 1, from, to, pressed }, clocked, scene);
  });
}

function randomMedia(random: Random, from: number, to: number, scene: Scene): MediaFacts {
  const length = (to - from) / 1000;
  const playableSeconds = random.chance(0.65)
    ? length
    : Math.max(
        0,
        Math.round(to - from + random.pick([1, -1, -500, -1000, -1001, 1000, 1001, 5000, -20_000])) / 1000,
      );
  const piece = (lengths: readonly [number, ...number[]]) => {
    const begin = Math.max(0, random.pick(scene.edges) + nudge(random, scene.doubt) - from);
    return { from: begin / 1000, to: (begin + random.pick(lengths)) / 1000 };
  };
  const gaps = random.chance(0.2) ? [piece([1000, 1001, 999, 5000])] : [];
  const audio = random.pick([
    [{ from: 0, to: playableSeconds }],
    [{ from: 0, to: playableSeconds }],
    [],
    [piece([1000, 40_000, 70_000])],
    [{ from: 0, to: Math.max(0, playableSeconds - 0.02) }],
  ]);
  const creation = random.chance(0.25)
    ? {
        creationTime: utc(
          random.pick([
            Date.parse("1999-01-01T00:00Z"),
            from,
            from + 300_000,
            from + 300_001,
            from - 300_001,
          ]),
        ),
      }
    : {};
  return {
    container: "mp4",
    playableSeconds,
    gaps: gaps.filter((gap) => gap.to <= playableSeconds),
    audio,
    truncated: false,
    warnings: [],
    ...creation,
  };
}

type ClipShape = {
  readonly recordingId: string;
  readonly clip: number;
  readonly from: number;
  readonly to: number;
  readonly pressed: number | undefined;
};

function randomClip(
  random: Random,
  camera: Camera,
  shape: ClipShape,
  reading: { readonly clock: DeviceClock | undefined; readonly ahead: number },
  scene: Scene,
): FootageRecord {
  const { ahead } = reading;
  const device = (ms: number) => utc(ms + ahead);
  const near = () =>
    random.pick(scene.edges) + random.pick([0, 59_999, 60_000, 60_001, -60_000, -60_001, 60_004, -60_006]);
  const { recordingId, clip, from, to, pressed } = shape;
  const state = random.pick([
    "ACCEPTED",
    "ACCEPTED",
    "ACCEPTED",
    "ACCEPTED",
    "ACCEPTED",
    "ACCEPTED",
    "ACCEPTED",
    "ACCEPTED",
    "ACCEPTED",
    "ACCEPTED",
    "AWAITING_UPLOAD",
    "PROCESSING",
    "REJECTED",
    "EXPIRED",
  ] as const);
  const sound = { from: device(random.pick(scene.edges) + nudge(random, scene.doubt)), to: device(to) };
  const audio = random.pick([
    undefined,
    undefined,
    undefined,
    [],
    [{ from: device(from), to: device(to) }],
    [sound],
  ]);
  const declaration = footageDeclaration.parse({
    recordingId,
    clip,
    final: true,
    camera,
    startTime: device(from),
    endTime: device(to),
    ...(pressed === undefined ? {} : { triggerOnTime: device(pressed) }),
    triggerOn: random.pick(["wearer", "wearer", "signal", "always-on", "unknown"]),
    triggerOff: random.pick(["wearer", "wearer", "signal-cancelled", "battery"]),
    ...(audio === undefined ? {} : { audio }),
    ...(reading.clock === undefined ? {} : { clock: reading.clock }),
    ...(random.chance(0.15) ? { incidentRef: random.pick(["CAD 1", "CAD 2"]) } : {}),
    signals: random.chance(0.2)
      ? [{ weaponSerial: random.pick([WEAPON, WEAPON, "W2"]), at: device(near()) }]
      : [],
    positions: random.chance(0.2) ? [{ at: device(near()), ...randomPlace(random) }] : [],
    file: {
      name: "clip.mp4",
      bytes: 1000,
      contentType: "video/mp4",
      sha256: "0".repeat(64),
      original: !random.chance(0.05),
    },
  });
  const read = state === "ACCEPTED" || random.chance(0.2);
  return {
    footageId: `f-${camera.serial}-${recordingId}-${clip}`,
    declaration,
    duplicateNumber: random.chance(0.03),
    declaredAt: utc(scene.c.from + 20 * HOUR),
    declaredBy: "g1",
    objectKey: `${camera.serial}/${recordingId}-${clip}`,
    urlsExpireAt: utc(scene.c.from + 21 * HOUR),
    state,
    ...(read ? { media: randomMedia(random, from + ahead, to + ahead, rawScene(scene, ahead)) } : {}),
    ...(state === "ACCEPTED" && random.chance(0.1)
      ? { deletedAt: utc(scene.finalFrom + random.pick([0, 1, -1, -1, HOUR, -HOUR, -1000])) }
      : {}),
  };
}

/** The scene in the camera's own times. */
function rawScene(scene: Scene, ahead: number): Scene {
  const [first, ...others] = scene.edges;
  return { ...scene, edges: [first + ahead, ...others.map((edge) => edge + ahead)] };
}
