import type { FootageRecord } from "#contracts/footage.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { IncidentKind } from "#contracts/verdict.ts";
import { type Case, graceEnd, isKept, windowOf } from "./cases.ts";
import { looksLikeATimeZone } from "./clock-readings.ts";
import { toMs } from "./instants.ts";
import { declared, heldBy, type Recording } from "./recordings.ts";
import { coveredIn, missingIn, overlap, type Span } from "./spans.ts";

const isDriveStun = (action: string) => action === "drive-stun" || action === "angled-drive-stun";

/** Findings about what is missing of W, at zero shift. */
export function coverFindings(c: Span, w: Span, spans: readonly Span[]): string[] {
  if (coveredIn(c, spans).length === 0) {
    const lead = coveredIn({ from: w.from, to: c.from }, spans).length > 0;
    const aftermath = coveredIn({ from: c.to, to: w.to }, spans).length > 0;
    if (!lead && !aftermath) return ["NO_FOOTAGE"];
    return [...(lead ? ["LEAD_ONLY"] : []), ...(aftermath ? ["AFTERMATH_ONLY"] : [])];
  }
  const found = missingIn(w, spans).map((piece) => {
    if (piece.from === w.from) return "LATE_START";
    return piece.to === w.to ? "EARLY_STOP" : "GAP";
  });
  return [...new Set(found)];
}

type Clip = { readonly clip: FootageRecord; readonly recording: Recording };

const isOwn = (judged: Case, { clip, recording }: Clip): boolean =>
  judged.relationOf(clip, recording) === "own";

/** "Own footage that stopped by `signal-cancelled` within 60 s before C" */
export function signalCancelled(judged: Case): boolean {
  const { c } = judged.time;
  return judged.recordings
    .filter((recording) => recording.reading.basis !== "untrusted" && judged.time.trusted)
    .some((recording) =>
      recording.clips.some((clip) => {
        const { to } = declared(clip, recording);
        const stopped = clip.declaration.triggerOff === "signal-cancelled";
        return stopped && isOwn(judged, { clip, recording }) && to <= c.from && to >= c.from - 60_000;
      }),
    );
}

/** Does the clip overlap W, as it was declared or as what counts of it plays? An untrusted one, may it? */
export function isNearW(inputs: JudgementInputs, judged: Case, { clip, recording }: Clip): boolean {
  const { c, policy } = judged.time;
  const w = windowOf(c, policy);
  if (overlap(recording.place ?? declared(clip, recording), w)) return true;
  const counts = judged.relationOf(clip, recording) !== undefined && clip.declaration.file.original;
  if (!counts || !isAccepted(clip) || recording.place !== undefined) return false;
  if (!isKept(inputs, judged.time, clip)) return false;
  return heldBy(clip, recording).pictures.some((span) => overlap(span, w));
}

const isAccepted = (clip: FootageRecord): boolean => clip.state === "ACCEPTED" && clip.media !== undefined;

/** What is to be said of the clips. */
function clipFindings(inputs: JudgementInputs, judged: Case, each: Clip): string[] {
  const { clip, recording } = each;
  const { declaration, media, state } = clip;
  const found: string[] = [];
  const { from, to } = declared(clip, recording);
  const graceIsOver = Date.parse(inputs.now) >= graceEnd(judged.time);
  if (looksLikeATimeZone(recording.reading)) found.push("TIME_ZONE_SUSPECTED");
  if (isOwn(judged, each) && state === "REJECTED") found.push("UNREADABLE_FOOTAGE");
  if (isOwn(judged, each) && (state === "EXPIRED" || (state === "AWAITING_UPLOAD" && graceIsOver))) {
    found.push("PROMISED_FOOTAGE_MISSING");
  }
  if (judged.relationOf(clip, recording) === undefined) return found;
  if (clip.duplicateNumber) found.push("DUPLICATE_NUMBER");
  if (!isAccepted(clip) || media === undefined) return found;
  if (to - from - toMs(media.playableSeconds) > 1000) found.push("SHORTER_THAN_DECLARED");
  const created = media.creationTime === undefined ? 0 : Date.parse(media.creationTime);
  const isSet = created >= Date.parse("2001-01-01T00:00:00Z");
  if (isSet && Math.abs(created - Date.parse(declaration.startTime)) > 300_000) {
    found.push("CREATION_TIME_MISMATCH");
  }
  return found;
}

/** What is to be said of the clips near the event and of the log, apart from the cover. */
export function factFindings(inputs: JudgementInputs, judged: Case, kind: IncidentKind): string[] {
  const applies = kind !== "TEST" && kind !== "TRAINING";
  const near = judged.recordings
    .flatMap((recording) => recording.clips.map((clip) => ({ clip, recording })))
    .filter((each) => isNearW(inputs, judged, each));
  const found = new Set(near.flatMap((each) => clipFindings(inputs, judged, each)));
  if (judged.time.rows.some(({ reading }) => looksLikeATimeZone(reading))) found.add("TIME_ZONE_SUSPECTED");
  if (applies && signalCancelled(judged)) found.add("SIGNAL_CANCELLED");
  if (inputs.incident.missingSeqs.length > 0) found.add("LOG_GAP");
  if (inputs.incident.rows.some((row) => row.conflicts.length > 0)) found.add("LOG_CONFLICT");
  const stunned = inputs.incident.rows.some(
    ({ event }) => event.type === "trigger" && event.cartridge?.kind === "none",
  );
  const confirmed = inputs.reports.some(({ report }) => report.actions.some(isDriveStun));
  if (stunned && !confirmed && applies) found.add("DRIVE_STUN_UNCONFIRMED");
  return [...found];
}
