import type { ClockDoubt, ClockOwner, DoubtfulClock, OpenQuestion } from "#domain/rules/case-facts.ts";
import type { JudgedCase } from "#domain/verdict/judged-case.ts";
import { type Choices, camerasOf, type Possibilities, possibilitiesOf } from "./possibilities.ts";

const QUESTIONS = ["video", "audio", "duty"] as const satisfies readonly OpenQuestion[];

/** Whether more would be certain if clocks were known exactly, and which. Undefined where no clock matters. */
export function clockDoubtOf(
  judged: JudgedCase,
  choices: Choices,
  possible: Possibilities,
): ClockDoubt | undefined {
  // Stryker disable next-line ConditionalExpression,ArrowFunction: spares what is certain a second search, which would find nothing open
  if (QUESTIONS.every((question) => possible[question].size === 1)) return undefined;
  const known = possibilitiesOf(choices, () => true);
  const open = differing(known, possible);
  if (open.length === 0) return undefined;
  let needed = clocksOf(judged, choices);
  for (const clock of needed) {
    const fewer = needed.filter((other) => other !== clock);
    const ifKnown = possibilitiesOf(choices, isOneOf(fewer.map(({ owner }) => owner)));
    const settles = differing(ifKnown, known).length === 0;
    if (settles) needed = fewer;
  }
  return { open, clocks: needed };
}

function differing(a: Possibilities, b: Possibilities): readonly OpenQuestion[] {
  return QUESTIONS.filter((question) => a[question].size !== b[question].size);
}

/** Says of a clock whether it is one of these. */
function isOneOf(owners: readonly ClockOwner[]): (owner: ClockOwner) => boolean {
  const names = new Set(owners.map(nameOf));
  return (owner) => names.has(nameOf(owner));
}

function nameOf(owner: ClockOwner): string {
  return owner === "event" ? "event" : `camera ${owner.camera}`;
}

/** Those of cameras that count, and the event's; knowing one that is exact or cannot be trusted settles nothing. */
function clocksOf({ facts }: JudgedCase, choices: Choices): readonly DoubtfulClock[] {
  const { uncertaintyMs, placed } = facts;
  const event: DoubtfulClock = { owner: "event", uncertaintyMs, basis: placed[0]?.reading.basis ?? "stated" };
  return [...camerasOf(choices), event];
}
