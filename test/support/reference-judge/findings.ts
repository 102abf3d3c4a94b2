import type { FootageRecord } from "#contracts/footage.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { IncidentKind } from "#contracts/verdict.ts";
import { type Case, windowOf } from "./cases.ts";
import { looksLikeATimeZone } from "./clock-readings.ts";
import { toMs } from "./instants.ts";
import { declared, type Recording } from "./recordings.ts";
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

/** What is to be said of the clips and of the log, apart from the cover. */
export function factFindings(inputs: JudgementInputs, judged: Case, kind: IncidentKind): string[] {
  const found = new Set<string>();
  const { time } = judged;
  const w = windowOf(time.c, time.policy);
  for (const recording of judged.recordings) {
    for (const clip of recording.clips) {
      const { declaration, media, state } = clip;
      const span = declared(clip, recording);
      const overlaps = recording.reading.basis !== "untrusted" && time.trusted && overlap(span, w);
      const own = isOwn(judged, { clip, recording });
      if (overlaps && own && state === "REJECTED") found.add("UNREADABLE_FOOTAGE");
      if (overlaps && own && ["AWAITING_UPLOAD", "PROCESSING", "EXPIRED"].includes(state)) {
        found.add("PROMISED_FOOTAGE_MISSING");
      }
      const counts =
        judged.relationOf(clip, recording) !== undefined && state === "ACCEPTED" && declaration.file.original;
      if (!counts || !overlaps || media === undefined) continue;
      if (span.to - span.from - toMs(media.playableSeconds) > 1000) found.add("SHORTER_THAN_DECLARED");
      const created = media.creationTime === undefined ? undefined : Date.parse(media.creationTime);
      if (created !== undefined && created >= Date.parse("2001-01-01T00:00:00Z")) {
        if (Math.abs(created - Date.parse(declaration.startTime)) > 300_000)
          found.add("CREATION_TIME_MISMATCH");
      }
      if (clip.duplicateNumber) found.add("DUPLICATE_NUMBER");
      if (looksLikeATimeZone(recording.reading)) found.add("TIME_ZONE_SUSPECTED");
    }
  }
  if (time.rows.some(({ reading }) => looksLikeATimeZone(reading))) found.add("TIME_ZONE_SUSPECTED");
  if (signalCancelled(judged)) found.add("SIGNAL_CANCELLED");
  if (inputs.incident.missingSeqs.length > 0) found.add("LOG_GAP");
  if (inputs.incident.rows.some((row) => row.conflicts.length > 0)) found.add("LOG_CONFLICT");
  const stunned = inputs.incident.rows.some(
    ({ event }) => event.type === "trigger" && event.cartridge?.kind === "none",
  );
  const confirmed = inputs.reports.some(({ report }) => report.actions.some(isDriveStun));
  if (stunned && !confirmed && kind !== "TEST" && kind !== "TRAINING") found.add("DRIVE_STUN_UNCONFIRMED");
  return [...found];
}
