import { html } from "hono/html";
import { type Interval, totalMs, without } from "#domain/time/intervals.ts";
import { type CameraRow, type NotCounting, rowWithin, type Timeline } from "#domain/verdict/timeline.ts";
import type { Markup } from "#handlers/api/console/frame/layout.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { nameOf, seconds } from "./timeline-picture.ts";

export const notCountingWords: Readonly<Record<NotCounting, string>> = {
  "never-came": "It was declared and has not come.",
  unusable: "It came and cannot be used.",
  "a-copy": "It is a copy, not the original.",
  deleted: "It was deleted too early.",
  "not-confirmed": "No supervisor has confirmed that it shows the event.",
  "not-registered": "The camera is not registered.",
  "not-linked": "Nothing links it to this event.",
  "time-unknown": "Its clock cannot be trusted, so nobody can say when it was.",
};

type Line = { readonly what: string; readonly when: string; readonly state: string };

/** The same facts as the picture's, for everybody and above all for those who cannot see it. */
export function timelineTable(timeline: Timeline, times: Times): Markup {
  const lines = [
    ...requiredLines(timeline, times),
    ...timeline.cameras.flatMap((camera) => cameraLines(camera, timeline, times)),
  ];
  return html`<table class="govuk-table rows facts"><caption class="govuk-table__caption govuk-table__caption--s">What was recorded, in local time (${times.timeZone})</caption><thead><tr><th scope="col">What</th><th scope="col">When</th><th scope="col">State</th></tr></thead><tbody>${lines.map(
    ({ what, when, state }) => html`<tr><th scope="row">${what}</th><td>${when}</td><td>${state}</td></tr>`,
  )}</tbody></table>`;
}

function requiredLines(
  { required, event, cycles, missing, missingSound }: Timeline,
  times: Times,
): readonly Line[] {
  const spans: readonly (readonly [string, Interval])[] = [
    ["Before the event", { from: required.from, to: event.from }],
    [cycles.length > 1 ? `The event, ${cycles.length} cycles` : "The event", event],
    ["After the event", { from: event.to, to: required.to }],
  ];
  return [
    ...spans.map(([what, span]) => ({ what, when: fromTo(span, times), state: coverOf(span, missing) })),
    ...(cycles.length > 1
      ? cycles.map((cycle, index) => ({
          what: `Cycle ${index + 1}`,
          when: fromTo(cycle, times),
          state: coverOf(cycle, missing),
        }))
      : []),
    ...missing.map((piece) => ({
      what: "Missing video",
      when: fromTo(piece, times),
      state: `${seconds(piece.to - piece.from)} missing`,
    })),
    { what: "Sound", when: fromTo(required, times), state: coverOf(required, missingSound, "sound") },
  ];
}

function fromTo({ from, to }: Interval, times: Times): string {
  return `${times.clock(from)} to ${times.clock(to)}`;
}

function coverOf(span: Interval, missing: readonly Interval[], of = "video"): string {
  const all = span.to - span.from;
  const covered = totalMs(without([span], missing));
  if (covered === all) return `All ${seconds(all)} on ${of}`.replace("on sound", "with sound");
  return `${seconds(covered)} of ${seconds(all)} ${of === "sound" ? "with sound" : "on video"}`;
}

function cameraLines(camera: CameraRow, { required }: Timeline, times: Times): readonly Line[] {
  const video = rowWithin(required, camera.video).told;
  if (camera.notCounting) {
    const when = video.map((piece) => fromTo(piece, times)).join(", ");
    const state = notCountingWords[camera.notCounting];
    return [{ what: nameOf(camera), when: when || "Outside the required time", state }];
  }
  const heard = totalMs(rowWithin(required, camera.audio).told);
  const sound = heard === 0 ? "no sound" : `sound for ${seconds(heard)}`;
  return video.map((piece) => ({
    what: nameOf(camera),
    when: fromTo(piece, times),
    state: `Video, ${sound}${doubtWords(camera)}`,
  }));
}

function doubtWords({ uncertaintyMs, video }: CameraRow): string {
  if (video.doubtful.length === 0) return "";
  return `; each end known to ± ${seconds(uncertaintyMs)}`;
}
