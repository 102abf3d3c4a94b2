import type { Relation } from "#contracts/verdict.ts";
import type { Required } from "#domain/cover/coverage.ts";
import type { JudgedClip, JudgedInputs } from "#domain/cover/judged-inputs.ts";
import { type RecordedTime, type Recording, recordedTime, recordingsOf } from "#domain/cover/recordings.ts";
import { carriersAt } from "#domain/log/bookings.ts";
import type { EventTime } from "#domain/log/event-times.ts";
import { type IncidentFacts, incidentFacts } from "#domain/log/incident-facts.ts";
import { instantOf } from "#domain/time/time.ts";
import { relationOf } from "./relations.ts";

const HOUR = 3_600_000;

/** Whether deleted footage counts as it does by the contract, or as if nothing had been deleted. */
export type Retention = "as-it-is" | "had-all-been-kept";

/** The inputs, worked out as far as no doubt can change them. */
export type JudgedCase = {
  readonly inputs: JudgedInputs;
  readonly facts: IncidentFacts;
  readonly nowMs: number;
  readonly graceEndsMs: number;
  readonly finalMs: number;
  readonly recordings: readonly Recording[];
  /** What each recording holds that can count, whoever it belongs to, by its key. */
  readonly usable: ReadonlyMap<string, UsableTime>;
  /** Clips that a supervisor saw to show the event. */
  readonly confirmed: ReadonlySet<string>;
};

type UsableTime = RecordedTime & {
  /** One of the clips that it comes from; undefined when none can count. */
  readonly footageId: string | undefined;
};

/** One way in which everything may have been: an officer, a time of the event, and who carried doubtful cameras. */
export type World = {
  readonly officerId: string | undefined;
  readonly event: EventTime;
  /** The instant (ms) at which bookings say whose a camera was: C.start, wherever the clock's doubt puts it. */
  readonly carriedAt: number;
  /** Cameras with several possible carriers that are taken to have been somebody else's. */
  readonly notOwn: ReadonlySet<string>;
};

/** Prepares the inputs, which should be in one order already. */
export function caseOf(inputs: JudgedInputs, retention: Retention): JudgedCase {
  const facts = incidentFacts(inputs);
  const graceEndsMs = facts.occurredAtMs + Math.round(facts.policy.footageGraceHours * HOUR);
  const finalMs = Math.max(graceEndsMs, instantOf(inputs.incident.firstReceivedAt));
  const recordings = recordingsOf(inputs.footage, inputs.bookings, facts.policy);
  const confirmed = confirmedClips(inputs);
  const unregistered = new Set(inputs.unregisteredSerials);
  const counts = (clip: JudgedClip): boolean =>
    isUsable(clip) &&
    (retention === "had-all-been-kept" ||
      clip.deletedAt === undefined ||
      instantOf(clip.deletedAt) >= finalMs) &&
    !unregistered.has(clip.declaration.camera.serial) &&
    (isMobile(clip) || confirmed.has(clip.footageId));
  return {
    inputs,
    facts,
    nowMs: instantOf(inputs.now),
    graceEndsMs,
    finalMs,
    recordings,
    usable: new Map(
      recordings.map((recording) => {
        const footageId = recording.clips.find(counts)?.footageId;
        return [recording.key, { ...recordedTime(recording, counts, facts.policy), footageId }];
      }),
    ),
    confirmed,
  };
}

/** Stored whole, read, and the original (contract §5). */
function isUsable({ state, declaration }: JudgedClip): boolean {
  return state === "ACCEPTED" && declaration.file.original;
}

/** Worn by a person or mounted on a weapon: who or what it belongs to says what it shows. */
function isMobile({ declaration: { camera } }: JudgedClip): boolean {
  return camera.kind === "body-worn" || camera.kind === "weapon-mounted";
}

/** The latest word per clip; of two at the same instant the one that sees nothing, so that order does not matter. */
function confirmedClips({ confirmations }: JudgedInputs): ReadonlySet<string> {
  const inOrder = confirmations.toSorted(
    (a, b) => instantOf(a.at) - instantOf(b.at) || Number(b.shows) - Number(a.shows),
  );
  const latest = new Map(inOrder.map(({ footageId, shows }) => [footageId, shows]));
  return new Set([...latest].flatMap(([footageId, shows]) => (shows ? [footageId] : [])));
}

/** C and W of a reading of the event. */
export function requiredOf({ c }: EventTime, { policy }: IncidentFacts): Required {
  return {
    c,
    w: {
      from: c.from - Math.round(policy.leadSeconds * 1000),
      to: c.to + Math.round(policy.tailSeconds * 1000),
    },
  };
}

/** Who carried the camera at C.start in this world. */
function carriersIn(world: World, recording: Recording): readonly string[] {
  const carriers = carriersAt(recording.carriages, world.carriedAt);
  return world.notOwn.has(recording.cameraSerial)
    ? carriers.filter((id) => id !== world.officerId)
    : carriers;
}

/** Says of the clips of the recording how each counts in this world, if it is usable. */
export function relationsIn(
  world: World,
  recording: Recording,
  { facts, inputs, confirmed }: JudgedCase,
): (footageId: string) => Relation | undefined {
  // What an unregistered camera holds counts for nobody (contract §3).
  if (inputs.unregisteredSerials?.includes(recording.cameraSerial)) return () => undefined;
  const question = {
    recording,
    event: world.event,
    weaponSerial: inputs.incident.weaponSerial,
    officerId: world.officerId,
    carriers: carriersIn(world, recording),
    incidentRefs: facts.incidentRefs,
    uncertaintyMs: facts.uncertaintyMs,
    mayLie: facts.mayLie,
    nearbyMetres: facts.policy.nearbyMetres,
    confirmed,
  };
  return (footageId) => relationOf(question, footageId);
}

const NOTHING: RecordedTime = { video: [], audio: [], runs: [], byClip: new Map() };

/** What of a recording counts in this world, and as whose. */
export function recordedIn(
  world: World,
  recording: Recording,
  judged: JudgedCase,
): { readonly time: RecordedTime; readonly relation: Relation | undefined } {
  const usable = judged.usable.get(recording.key);
  if (usable?.footageId === undefined) return { time: NOTHING, relation: undefined };
  const relation = relationsIn(world, recording, judged)(usable.footageId);
  return { time: relation === undefined ? NOTHING : usable, relation };
}

/** Whether the camera could have been this world's officer's, but also somebody else's. */
export function isDoubtful({ officerId, carriedAt }: World, recording: Recording): boolean {
  const carriers = carriersAt(recording.carriages, carriedAt);
  return carriers.length > 1 && officerId !== undefined && carriers.includes(officerId);
}
