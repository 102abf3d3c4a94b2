import type { ClipFile } from "./clip-file.ts";
import { UsageError } from "./failures.ts";
import { isStored, troubleOf } from "./put-piece.ts";
import type { UploadEvent } from "./upload-clip.ts";

/** Tells on stderr how an upload goes: sentences for people, or one JSON object a line for programs. */
export type Progress = {
  readonly note: (text: string) => void;
  readonly read: (bytes: number) => void;
  readonly hashed: (file: ClipFile) => void;
  readonly event: (event: UploadEvent) => void;
};

/** People are told of what takes long so often. */
const TELL_EVERY_MS = 5000;

export function createProgress(format: string | undefined): Progress {
  if (format === "json") return jsonProgress();
  if (format === undefined || format === "text") return textProgress();
  throw new UsageError("--progress must be text or json.");
}

function jsonProgress(): Progress {
  const write = (line: object) => process.stderr.write(`${JSON.stringify(line)}\n`);
  return {
    note: (text) => void write({ event: "note", text }),
    read: () => undefined,
    hashed: ({ bytes, sha256, partHashes }) =>
      void write({ event: "hashed", bytes, sha256, parts: partHashes.length }),
    event: (event) => void write(event),
  };
}

function textProgress(): Progress {
  const note = (text: string) => void process.stderr.write(`${text}\n`);
  let toldAt = performance.now();
  let toGo = 0;
  const noteNowAndThen = (text: string) => {
    if (performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    note(text);
  };
  return {
    note,
    read: (bytes) => noteNowAndThen(`hashing: ${inWords(bytes)}`),
    hashed: ({ path, bytes, sha256 }) => note(`${path}: ${inWords(bytes)}, SHA-256 ${sha256}`),
    event: (event) => {
      switch (event.event) {
        case "declared":
          toGo = event.remaining;
          return note(`declared as ${event.footageId}; parts to send: ${toGo}`);
        case "piece-started":
          return;
        case "piece-under-way":
          return noteNowAndThen(`part ${event.number}: ${inWords(event.sent)} sent`);
        case "piece-ended":
          if (isStored(event)) toGo -= 1;
          return note(`part ${event.number} ${outcomeOf(event)}`);
        case "completing":
          return note(`${event.footageId}: all parts are stored, having them joined`);
      }
    },
  };

  function outcomeOf(event: UploadEvent & { event: "piece-ended" }): string {
    if (isStored(event)) return `stored (${inWords(event.sent)} sent), to go: ${toGo}`;
    return `did not come through: ${troubleOf(event)}. It will be sent again.`;
  }
}

function inWords(bytes: number): string {
  return bytes < 1_000_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
