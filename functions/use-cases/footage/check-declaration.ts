import { type FieldError, InvalidInputError } from "#contracts/errors.ts";
import { type FootageDeclaration, SINGLE_PUT_LIMIT } from "#contracts/footage.ts";
import { instantOf } from "#domain/time/time.ts";

const HOUR_MS = 3_600_000;
const LONGEST_CLIP_MS = 30 * HOUR_MS;
const FURTHEST_AHEAD_MS = 366 * 24 * HOUR_MS;
/** The most parts that the store joins. */
const MOST_PARTS = 10_000;

/** In how many parts the file is sent; 0 for one that is sent by a single PUT. */
export function partCount({ bytes, partBytes }: FootageDeclaration["file"]): number {
  return bytes <= SINGLE_PUT_LIMIT ? 0 : Math.ceil(bytes / partBytes);
}

/** The size of part `number`, from 1: all are `partBytes` long but the last. */
export function bytesOfPart({ bytes, partBytes }: FootageDeclaration["file"], number: number): number {
  return Math.min(partBytes, bytes - (number - 1) * partBytes);
}

/**
 * Refuses what no camera can mean, since nobody could match or upload it. Throws `InvalidInputError` with every
 * bad field. A wrong clock is no reason: it is kept and judged as untrusted.
 */
export function checkDeclaration(declaration: FootageDeclaration, now: Date): void {
  const faults = [
    ...faultsOfTimes(declaration, now.getTime()),
    ...faultsOfAudio(declaration),
    ...faultsOfParts(declaration.file),
  ];
  if (faults.length > 0) {
    throw new InvalidInputError("The clip was not declared: change the fields named in `errors`.", faults);
  }
}

function faultsOfTimes({ startTime, endTime }: FootageDeclaration, nowMs: number): FieldError[] {
  const startMs = instantOf(startTime);
  const endMs = instantOf(endTime);
  const faults: FieldError[] = [];
  if (endMs < startMs) faults.push({ pointer: "/endTime", detail: "expected a time not before `startTime`" });
  if (endMs - startMs > LONGEST_CLIP_MS) {
    faults.push({
      pointer: "/endTime",
      detail: "expected at most 30 hours after `startTime`: send it in clips",
    });
  }
  if (startMs > nowMs + FURTHEST_AHEAD_MS) {
    faults.push({ pointer: "/startTime", detail: "expected a time at most one year ahead of ours" });
  }
  return faults;
}

function faultsOfAudio({ audio }: FootageDeclaration): FieldError[] {
  return (audio ?? []).flatMap(({ from, to }, index) =>
    instantOf(to) < instantOf(from)
      ? [{ pointer: `/audio/${index}/to`, detail: "expected a time not before `from`" }]
      : [],
  );
}

function faultsOfParts(file: FootageDeclaration["file"]): FieldError[] {
  const count = partCount(file);
  const parts = file.parts ?? [];
  if (count > MOST_PARTS) {
    const detail = `this file would have ${count} parts and at most ${MOST_PARTS} can be joined: use 67108864`;
    return [{ pointer: "/file/partBytes", detail }];
  }
  if (count === 0 && parts.length > 0) {
    return [
      { pointer: "/file/parts", detail: "a file up to 100 MiB is sent by one PUT: leave the parts out" },
    ];
  }
  return parts.flatMap(({ number }, index) => {
    const pointer = `/file/parts/${index}/number`;
    if (number > count) return [{ pointer, detail: `expected at most ${count}, the parts of this file` }];
    const repeated = parts.findIndex((part) => part.number === number) < index;
    return repeated ? [{ pointer, detail: "each part once" }] : [];
  });
}
