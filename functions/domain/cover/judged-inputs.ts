import type { FootageDeclaration, FootageRecord, MediaFacts } from "#contracts/footage.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";

type JudgedDeclaration = Pick<
  FootageDeclaration,
  | "audio"
  | "camera"
  | "clip"
  | "clock"
  | "endTime"
  | "incidentRef"
  | "positions"
  | "recordingId"
  | "signals"
  | "startTime"
  | "triggerOff"
  | "triggerOn"
  | "triggerOnTime"
> & { readonly file: Pick<FootageDeclaration["file"], "original" | "sha256"> };

export type JudgedMedia = Pick<MediaFacts, "audio" | "creationTime" | "gaps" | "playableSeconds">;

/**
 * As much of a clip as a verdict may use, and so as much as its digest is taken over. What belongs to the transport of
 * an upload, to its keeping, or to nobody's judgement (`vendor`) is not in it, so it can change without a new verdict.
 */
export type JudgedClip = Pick<
  FootageRecord,
  "declaredAt" | "deletedAt" | "duplicateNumber" | "footageId" | "state"
> & {
  readonly declaration: JudgedDeclaration;
  readonly media?: JudgedMedia | undefined;
};

/** What a verdict is a function of, with each list in one order and no more of each clip than may be used. */
export type JudgedInputs = Omit<JudgementInputs, "footage"> & { readonly footage: readonly JudgedClip[] };

/**
 * The clip as a verdict may use it. Each object is written with its fields in ascending order: the built-in writer then
 * gives canonical JSON (RFC 8785), several times faster than a writer that has to sort.
 */
export function judgedClip(record: JudgedClip): JudgedClip {
  const { declaration, media } = record;
  return {
    declaration: judgedDeclaration(declaration),
    declaredAt: record.declaredAt,
    deletedAt: record.deletedAt,
    duplicateNumber: record.duplicateNumber,
    footageId: record.footageId,
    media: media && {
      audio: media.audio.map(inOrder),
      creationTime: media.creationTime,
      gaps: media.gaps.map(inOrder),
      playableSeconds: media.playableSeconds,
    },
    state: record.state,
  };
}

function judgedDeclaration(declaration: JudgedDeclaration): JudgedDeclaration {
  const { audio, camera, clock, file } = declaration;
  return {
    audio: audio?.map(inOrder),
    camera: {
      kind: camera.kind,
      model: camera.model,
      serial: camera.serial,
      weaponSerial: camera.weaponSerial,
    },
    clip: declaration.clip,
    clock: clock && {
      deviceClock: clock.deviceClock,
      gatewayClock: clock.gatewayClock,
      lastSyncedAt: clock.lastSyncedAt,
      unset: clock.unset,
    },
    endTime: declaration.endTime,
    file: { original: file.original, sha256: file.sha256 },
    incidentRef: declaration.incidentRef,
    positions: declaration.positions.map(({ accuracyMetres, at, lat, lon }) => ({
      accuracyMetres,
      at,
      lat,
      lon,
    })),
    recordingId: declaration.recordingId,
    signals: declaration.signals.map(({ at, weaponSerial }) => ({ at, weaponSerial })),
    startTime: declaration.startTime,
    triggerOff: declaration.triggerOff,
    triggerOn: declaration.triggerOn,
    triggerOnTime: declaration.triggerOnTime,
  };
}

function inOrder<T>({ from, to }: { readonly from: T; readonly to: T }): { from: T; to: T } {
  return { from, to };
}
