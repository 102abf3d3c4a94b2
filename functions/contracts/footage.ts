import * as z from "zod";
import { identifier, incidentRef, latitude, longitude, serial, sha256Hex, vendor } from "./identifiers.ts";
import { deviceClock, timestamp, utcTimestamp } from "./time.ts";

export const MIB = 1024 * 1024;
/** Up to here one PUT, above it parts. */
export const SINGLE_PUT_LIMIT = 100 * MIB;
export const PART_SIZES = [64 * MIB, 8 * MIB] as const;
export const PARTS_AT_A_TIME = 20;
export const MAX_FILE_BYTES = 600 * 1024 * MIB;

export const cameraKind = z.enum(["body-worn", "weapon-mounted", "vehicle", "fixed"]);

const part = z.strictObject({ number: z.int().min(1).max(10_000), sha256: sha256Hex });

/** `POST /v1/footage`: one clip that a device holds and means to upload. Times are device times. */
export const footageDeclaration = z.strictObject({
  recordingId: identifier,
  clip: z.int().min(1).max(100_000).default(1),
  final: z.boolean().default(true),
  drill: z.boolean().default(false),
  camera: z.strictObject({
    serial,
    kind: cameraKind,
    model: z.string().min(1).max(100).optional(),
    weaponSerial: serial.optional(),
  }),
  startTime: timestamp,
  endTime: timestamp,
  triggerOnTime: timestamp.optional(),
  triggerOn: z.enum(["wearer", "signal", "vehicle", "always-on", "unknown"]).default("unknown"),
  triggerOff: z
    .enum(["wearer", "signal-cancelled", "battery", "storage", "fault", "unknown"])
    .default("unknown"),
  audio: z
    .array(z.strictObject({ from: timestamp, to: timestamp }))
    .max(1000)
    .optional(),
  clock: deviceClock.optional(),
  incidentRef: incidentRef.optional(),
  signals: z
    .array(z.strictObject({ weaponSerial: serial, at: timestamp }))
    .max(100)
    .default([]),
  positions: z
    .array(
      z.strictObject({
        at: timestamp,
        lat: latitude,
        lon: longitude,
        accuracyMetres: z.number().min(0).max(100_000).optional(),
      }),
    )
    .max(2000)
    .default([]),
  file: z.strictObject({
    name: z.string().min(1).max(255),
    bytes: z.int().min(1).max(MAX_FILE_BYTES),
    contentType: z.string().regex(/^[\w.+-]+\/[\w.+-]+$/, "expected a media type such as video/mp4"),
    sha256: sha256Hex,
    original: z.boolean().default(true),
    partBytes: z.union([z.literal(PART_SIZES[0]), z.literal(PART_SIZES[1])]).default(PART_SIZES[0]),
    parts: z.array(part).max(PARTS_AT_A_TIME).optional(),
  }),
  vendor: vendor.optional(),
});
export type FootageDeclaration = z.infer<typeof footageDeclaration>;

export const footageState = z.enum(["AWAITING_UPLOAD", "PROCESSING", "ACCEPTED", "REJECTED", "EXPIRED"]);
export type FootageState = z.infer<typeof footageState>;

/** Seconds from the first picture, half-open. */
const span = z.strictObject({ from: z.number(), to: z.number() });

/** What a reader found in the file. Seconds count from the file's first picture. */
export const mediaFacts = z.strictObject({
  container: z.string(),
  /** Length of what can be played of the video track. */
  playableSeconds: z.number().nonnegative(),
  /** No pictures for over 1 s inside the playable span. */
  gaps: z.array(span),
  /** Where sound is; empty when the file has none. */
  audio: z.array(span),
  videoCodec: z.string().optional(),
  audioCodec: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  creationTime: utcTimestamp.optional(),
  /** Where the creation time was found, and how it was read: `mvhd-as-unix` makes no sense since 1904. */
  creationOrigin: z.enum(["mvhd", "mvhd-as-unix", "quicktime-creationdate", "matroska-dateutc"]).optional(),
  truncated: z.boolean(),
  /** `CODE (box at offset): sentence`. */
  warnings: z.array(z.string()),
});
export type MediaFacts = z.infer<typeof mediaFacts>;

/** A bounded way into a stored object: bytes [from, from + length), fewer at its end. */
export type ReadRange = (from: number, length: number) => Promise<Uint8Array>;

export type ProbeResult =
  | { readonly outcome: "playable"; readonly media: MediaFacts }
  /** `code` is stable (upper-case snake), `detail` one sentence for a person. */
  | { readonly outcome: "unusable"; readonly code: string; readonly detail: string };

export const rejection = z.strictObject({ code: z.string(), detail: z.string() });

/** How a clip's file is kept. No verdict is a function of it. */
const keeping = z.strictObject({
  /** When somebody looks at the file again; absent before the first look. */
  lookAt: utcTimestamp.optional(),
  /** Incidents that hold the file, whatever its lock says. */
  holds: z.array(
    z.strictObject({
      incidentId: z.string(),
      since: utcTimestamp,
      /** Whether the store has taken the hold. */
      placed: z.boolean(),
      /** A supervisor wants it no longer: it is to be lifted unless another incident holds the file. */
      released: z.strictObject({ at: utcTimestamp, by: z.string(), reason: z.string() }).optional(),
    }),
  ),
  /** Since when the hold is being lifted: meanwhile nobody places one. */
  lifting: utcTimestamp.optional(),
  /** Since when the file is to be deleted: who finds that it matters all the same locks it in the store first. */
  deleting: utcTimestamp.optional(),
});
export type Keeping = z.infer<typeof keeping>;

/** `UNMATCHED`: by the sweep, since it showed nothing. `FOUND_GONE`: by somebody else. */
export const deletionCause = z.enum(["UNMATCHED", "FOUND_GONE"]);

/** One clip as it is kept. Stored under its camera; its own id is derived from its natural key. */
export const footageRecord = z.strictObject({
  footageId: z.string(),
  declaration: footageDeclaration,
  /** A clip number that was declared before with another SHA-256. */
  duplicateNumber: z.boolean(),
  declaredAt: utcTimestamp,
  declaredBy: z.string(),
  objectKey: z.string(),
  uploadId: z.string().optional(),
  /**
   * The last time an upload URL of it is valid, or by when what is being joined should be there; past it the promise
   * is looked after by the sweep.
   */
  urlsExpireAt: utcTimestamp,
  state: footageState,
  rejection: rejection.optional(),
  media: mediaFacts.optional(),
  stored: z
    .strictObject({
      bytes: z.int(),
      versionId: z.string(),
      storedAt: utcTimestamp,
      sha256: sha256Hex,
      composite: z.boolean(),
    })
    .optional(),
  /** Version of the reader that looked into the file; absent where none had to. */
  readerVersion: z.int().min(1).optional(),
  /** When it became ACCEPTED or REJECTED. */
  settledAt: utcTimestamp.optional(),
  /**
   * Written with a change that incidents must hear of, and taken away once they have: where a crash comes in between,
   * the sweep tells them.
   */
  untold: z.literal(true).optional(),
  /** When the file was deleted, or found gone; `stored` says what it was. */
  deletedAt: utcTimestamp.optional(),
  deletedBecause: deletionCause.optional(),
  keeping: keeping.optional(),
});
export type FootageRecord = z.infer<typeof footageRecord>;
