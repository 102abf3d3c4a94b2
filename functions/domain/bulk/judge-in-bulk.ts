import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { Judgement } from "#contracts/verdict.ts";
import { judge } from "#domain/verdict/judge.ts";
import { type BookingColumns, type ClipColumns, countOf, type IncidentColumns, pick } from "./columns.ts";
import { countingClips } from "./counting-clips.ts";
import { groupRows, rowsOf } from "./order-rows.ts";

/** Puts the whole inputs of one incident together: `clips` are the rows of those that can count, ascending. */
export type InputsOf = (incident: number, clips: readonly number[]) => JudgementInputs;

/**
 * The whole verdicts of many incidents, one after the other in their order: finds the clips that can count for each,
 * with all others of their recordings, and has `judge` judge them. `marginMs` is how far from W a clip may matter: the
 * uncertainties of both clocks, and a minute for footage that its wearer cancelled just before.
 *
 * For incidents and clips whose clocks can be trusted, and that no link, confirmation or second carrier brings together.
 * Footage that does not count is not looked for, so that `nearby` and the findings do not tell of it.
 */
export function* judgeInBulk(
  incidents: IncidentColumns,
  clips: ClipColumns,
  bookings: BookingColumns,
  marginMs: number,
  inputsOf: InputsOf,
): Generator<Judgement, void> {
  const { few, many } = countingClips(incidents, clips, bookings, marginMs);
  const found = groupRows(few, incidents.officer.length);
  const runs = groupRows(clips.recording, countOf(clips.recording));
  for (let incident = 0; incident < incidents.officer.length; incident += 1) {
    const recordings = new Set(pick(clips.recording, pick(many, rowsOf(found, incident))));
    const candidates = [...recordings].flatMap((recording) => [...rowsOf(runs, recording)]);
    const inputs = inputsOf(
      incident,
      candidates.sort((a, b) => a - b),
    );
    yield judge(inputs);
  }
}
