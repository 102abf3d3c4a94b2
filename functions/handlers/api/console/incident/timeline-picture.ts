import { html } from "hono/html";
import type { Interval } from "#domain/time/intervals.ts";
import { without } from "#domain/time/intervals.ts";
import { type CameraRow, type Doubtful, rowWithin, type Timeline } from "#domain/verdict/timeline.ts";
import type { Markup } from "#handlers/api/console/frame/layout.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { relationWords } from "#handlers/api/console/frame/words.ts";

/** Pixels. Across, everything is in per cent, so that the same picture fits a phone and a desk. */
const LINE = 20;
const BAR = 22;
const SOUND_BAR = 10;
const GAP = 14;
/** Room on both sides of the required time, as a part of it: recordings are seen to go on. */
const MARGIN = 0.04;
/** Below these parts of the picture a label would not fit into its piece. */
const SHORT_LABEL = 9;
const LONG_LABEL = 22;

type Across = (ms: number) => number;

/**
 * The required time, the cycles, and what each camera recorded, drawn on one line of time. States are told by
 * pattern and by word, never by colour alone. A table beside it says the same to those who cannot see it.
 */
export function timelinePicture(timeline: Timeline, times: Times): Markup {
  const { required } = timeline;
  const margin = Math.max(1, Math.round((required.to - required.from) * MARGIN));
  const view = { from: required.from - margin, to: required.to + margin };
  const across: Across = (ms) => round(((ms - view.from) / (view.to - view.from)) * 100);
  const rows = [
    requiredRow(timeline, times, across),
    togetherRow(timeline, across),
    ...timeline.cameras.map((camera) => cameraRow(camera, view, across)),
  ];
  let top = 0;
  const placed = rows.map(({ height, draw }) => {
    const drawn = draw(top);
    top += height + GAP;
    return drawn;
  });
  const event = { x: across(timeline.event.from), width: width(timeline.event, across) };
  return html`<figure class="picture"><svg width="100%" height="${top + LINE}" aria-hidden="true" focusable="false">${patterns()}
<rect class="event" x="${event.x}%" width="${Math.max(event.width, 0.3)}%" y="${LINE}" height="${top - LINE}"/>${placed}${axis(timeline, times, across, top)}</svg>
<figcaption class="govuk-body-s">${legend(timeline)}</figcaption></figure>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function width({ from, to }: Interval, across: Across): number {
  return round(across(to) - across(from));
}

function patterns(): Markup {
  return html`<defs><pattern id="doubt" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" fill="#fff"/><rect width="3" height="8" fill="#0b0c0c"/></pattern><pattern id="outside" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/><circle cx="2" cy="2" r="1.3" fill="#484949"/></pattern></defs>`;
}

type Row = { readonly height: number; readonly draw: (top: number) => Markup };

/** Patterns are named in the page itself: an address in a stylesheet would be looked for in the stylesheet. */
function fillOf(kind: string): Markup | string {
  return kind === "doubt" || kind === "outside" ? html` fill="url(#${kind})"` : "";
}

/** One state of one stretch of time: a bar with its own pattern. */
function bar(kind: string, piece: Interval, across: Across, y: number, height: number): Markup {
  return html`<rect class="${kind}"${fillOf(kind)} x="${across(piece.from)}%" width="${width(piece, across)}%" y="${y}" height="${height}"/>`;
}

/** Words inside a piece: long ones where there is room, short ones on a phone or in a small piece, else none. */
function label(
  kind: string,
  piece: Interval,
  across: Across,
  y: number,
  words: readonly [long: string, short: string],
): Markup | string {
  const room = width(piece, across);
  if (room < SHORT_LABEL) return "";
  const middle = round(across(piece.from) + room / 2);
  const [long, short] = words;
  const text = (classes: string, said: string) =>
    html`<text class="${classes}" x="${middle}%" y="${y}" text-anchor="middle">${said}</text>`;
  return room < LONG_LABEL
    ? html`${text(`${kind} wide`, long === short || room < SHORT_LABEL * 1.5 ? short : long)}${text(`${kind} narrow`, short)}`
    : text(kind, long);
}

export function seconds(ms: number): string {
  return `${round(ms / 1000)} s`;
}

function requiredRow({ required, event, cycles }: Timeline, _times: Times, across: Across): Row {
  const before = { from: required.from, to: event.from };
  const after = { from: event.to, to: required.to };
  return {
    height: LINE + BAR,
    draw: (top) => {
      const y = top + LINE;
      const text = y + 16;
      return html`<text class="name" x="0" y="${top + 14}">Required time${cycles.length > 1 ? `, ${cycles.length} cycles` : ""}</text>
${bar("required", required, across, y, BAR)}${cycles.map((cycle) => bar("cycle", cycle, across, y, BAR))}
${label("on-required", before, across, text, [`before ${seconds(before.to - before.from)}`, seconds(before.to - before.from)])}${label("on-cycle", event, across, text, [seconds(event.to - event.from), seconds(event.to - event.from)])}${label("on-required", after, across, text, [`after ${seconds(after.to - after.from)}`, seconds(after.to - after.from)])}`;
    },
  };
}

/** The answer: what all cameras that count hold together, with the missing seconds named. */
function togetherRow({ required, missing, missingSound }: Timeline, across: Across): Row {
  const covered = without([required], missing);
  const heard = without([required], missingSound);
  return {
    height: LINE + BAR + SOUND_BAR + 2,
    draw: (top) => {
      const y = top + LINE;
      const text = y + 16;
      return html`<text class="name strong" x="0" y="${top + 14}">All that counts together</text>
${covered.map((piece) => html`${bar("video", piece, across, y, BAR)}${label("on-video", piece, across, text, [`video ${seconds(piece.to - piece.from)}`, seconds(piece.to - piece.from)])}`)}
${missing.map((piece) => html`${bar("missing", piece, across, y, BAR)}${label("on-missing", piece, across, text, [`${seconds(piece.to - piece.from)} missing`, seconds(piece.to - piece.from)])}`)}
${heard.map((piece) => bar("sound", piece, across, y + BAR + 2, SOUND_BAR))}${missingSound.map((piece) => bar("missing", piece, across, y + BAR + 2, SOUND_BAR))}`;
    },
  };
}

function cameraRow(camera: CameraRow, view: Interval, across: Across): Row {
  const counts = camera.notCounting === undefined;
  const video = rowWithin(view, camera.video);
  const audio = rowWithin(view, camera.audio);
  return {
    height: LINE + BAR + (counts ? SOUND_BAR + 2 : 0),
    draw: (top) => {
      const y = top + LINE;
      return html`<text class="name" x="0" y="${top + 14}">${nameOf(camera)}</text>${stretches(counts ? "video" : "outside", video, across, y, BAR)}${counts ? stretches("sound", audio, across, y + BAR + 2, SOUND_BAR) : ""}`;
    },
  };
}

function stretches(
  kind: string,
  { certain, doubtful }: Doubtful,
  across: Across,
  y: number,
  height: number,
): Markup {
  return html`${certain.map((piece) => bar(kind, piece, across, y, height))}${doubtful.map((piece) => bar(kind === "outside" ? "outside" : "doubt", piece, across, y, height))}`;
}

/** Which camera, and whether it counts. */
export function nameOf({ relation, kind, serial, notCounting }: CameraRow): string {
  const which = relation ? relationWords[relation] : `A ${kind} camera`;
  return notCounting ? `${which} ${serial}: does not count` : `${which} ${serial}`;
}

/** Local times of the ends of the required time and of the event, where they do not run into each other. */
function axis({ required, event }: Timeline, times: Times, across: Across, top: number): Markup {
  const middle = across(event.from);
  const y = top + 10;
  const anchor = middle > 65 ? "end" : "start";
  return html`<text class="time" x="${across(required.from)}%" y="${y}">${times.clock(required.from)}</text><text class="time" x="${across(required.to)}%" y="${y}" text-anchor="end">${times.clock(required.to)}</text>${middle > 22 && middle < 65 ? html`<text class="time wide" x="${middle}%" y="${y}" text-anchor="${anchor}">${times.clock(event.from)}</text>` : ""}`;
}

function legend({ cameras, missing, missingSound }: Timeline): Markup {
  const swatch = (kind: string, words: string) =>
    html`<span class="swatch"><svg width="28" height="16" aria-hidden="true" focusable="false"><rect class="${kind}"${fillOf(kind)} x="1" y="1" width="26" height="14"/></svg> ${words}</span> `;
  const doubt = cameras.some(({ video }) => video.doubtful.length > 0);
  const outside = cameras.some(({ notCounting }) => notCounting !== undefined);
  return html`${swatch("cycle", "weapon firing")}${swatch("video", "video")}${swatch("sound", "sound")}${missing.length + missingSound.length > 0 ? swatch("missing", "none that counts") : ""}${doubt ? swatch("doubt", "the clocks leave it open") : ""}${outside ? swatch("outside", "does not count") : ""}`;
}
