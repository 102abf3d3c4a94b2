import { type DoubtfulClock, type OpenQuestion, weaponName } from "./case-facts.ts";
import type { FindingRule } from "./rule.ts";

const QUESTIONS: Readonly<Record<OpenQuestion, string>> = {
  video: "what is on video",
  audio: "what is heard",
  duty: "whether the officer's own camera was on in time",
};

/**
 * CLOCK_DOUBT · contract §2 and §6: within the uncertainty of the clocks the answer could be another; all of it was
 * tried.
 * Source: domain.md, case 7: never let drift create or destroy compliance.
 */
export const clockDoubt: FindingRule = {
  code: "CLOCK_DOUBT",
  title: "Clocks are not known well enough for one answer",
  clause: "§2, §6",
  source: "Never let drift create or destroy compliance",
  find: ({ doubt, inputs }) => {
    if (doubt === undefined) return undefined;
    const open = doubt.open.map((question) => QUESTIONS[question]).join(", and ");
    const clocks = doubt.clocks.map((clock) => clockWords(clock, weaponName({ inputs }))).join(", ");
    return `The clocks leave open ${open}: ${clocks}. ${settling(doubt.clocks)}`;
  },
};

function clockWords({ owner, basis, uncertaintyMs }: DoubtfulClock, weapon: string): string {
  const within = `± ${uncertaintyMs / 1000} s`;
  if (owner !== "event") return `camera ${owner.camera} ${within}`;
  return basis === "stated" ? `the time stated in the report ${within}` : `${weapon} ${within}`;
}

/** What would settle it: a clock that was never measured can still be, and what was heard can be put beside the log. */
function settling(clocks: readonly DoubtfulClock[]): string {
  const event = clocks.find(({ owner }) => owner === "event");
  const byEvent: Partial<Record<DoubtfulClock["basis"], string>> = {
    stated: "The weapon's log would settle it.",
    assumed: "Dock the weapon and record its clock, or align log and video by the sound.",
  };
  const bySound = "Align log and video by the sound.";
  return (event && byEvent[event.basis]) ?? bySound;
}
