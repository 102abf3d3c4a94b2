export type MatroskaTrack = {
  /** As Matroska writes it, such as `V_MPEG4/ISO/AVC`. */
  readonly codecId: string;
  /** When its pictures or sounds start, in microseconds, in order. Most of them do not say how long they last. */
  readonly starts: Float64Array;
};

/** What a Matroska or WebM file says, before anything is concluded from it. */
export type MatroskaTimeline = {
  readonly container: "mkv" | "webm";
  readonly encrypted: boolean;
  readonly pictures?: MatroskaTrack & { readonly width: number; readonly height: number };
  readonly sounds: readonly MatroskaTrack[];
  /** The length that the file gives for itself. */
  readonly declaredSeconds?: number;
  /** DateUTC, in milliseconds from 1970, and where in the file it stands. */
  readonly date?: { readonly unixMs: number; readonly at: number };
  /** The file ends, or cannot be read further, before its own end. */
  readonly brokenOff: boolean;
};

export type MatroskaReading =
  | { readonly outcome: "read"; readonly timeline: MatroskaTimeline }
  | {
      readonly outcome: "unusable";
      readonly code: "CORRUPT_INDEX" | "BUDGET_EXCEEDED";
      readonly detail: string;
    };
