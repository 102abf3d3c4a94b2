import type { Verdict } from "#contracts/verdict.ts";
import { findingRules } from "#domain/rules/register.ts";
import { dutyWords, kindWords, outcomeWords } from "#handlers/api/console/frame/words.ts";

/** What a version of the verdict says otherwise than the one before, a sentence each. */
export function changesBetween(before: Verdict | undefined, after: Verdict): readonly string[] {
  if (before === undefined) return ["The first verdict."];
  const changes = [
    differs("The outcome", outcomeWords[before.outcome], outcomeWords[after.outcome]),
    differs("What it was", kindWords[before.kind], kindWords[after.kind]),
    differs("Seconds on video", before.video.coveredSeconds, after.video.coveredSeconds),
    differs("Seconds with sound", before.audio.coveredSeconds, after.audio.coveredSeconds),
    differs("The officer's own camera", dutyWords[before.duty.outcome], dutyWords[after.duty.outcome]),
    differs("The officer", before.officerId ?? "not known", after.officerId ?? "not known"),
    differs("Priority", before.priority, after.priority),
    differs("Policy", before.policy.version, after.policy.version),
    ...findingChanges(before, after),
    ...sourceChanges(before, after),
    !before.final && after.final ? "It became final." : undefined,
  ].filter((change) => change !== undefined);
  return changes.length > 0 ? changes : ["What it rests on changed; what it says did not."];
}

function differs(name: string, before: string | number, after: string | number): string | undefined {
  return before === after ? undefined : `${name}: ${before} became ${after}.`;
}

function findingChanges(before: Verdict, after: Verdict): readonly string[] {
  const [old, present] = [codesOf(before), codesOf(after)];
  return [
    ...[...present].filter((code) => !old.has(code)).map((code) => `New: ${titleOfRule(code)}.`),
    ...[...old].filter((code) => !present.has(code)).map((code) => `No longer: ${titleOfRule(code)}.`),
  ];
}

const titles = new Map(findingRules.map(({ code, title }) => [code, title]));

/** A rule that has gone since is told of by its code. */
function titleOfRule(code: string): string {
  const title = titles.get(code);
  return title === undefined ? code : title.charAt(0).toLowerCase() + title.slice(1);
}

const codesOf = ({ findings }: Verdict): ReadonlySet<string> => new Set(findings.map(({ code }) => code));

function sourceChanges(before: Verdict, after: Verdict): readonly string[] {
  const known = new Set(before.sources.map(({ footageId }) => footageId));
  const added = after.sources.filter(({ footageId }) => !known.has(footageId)).length;
  return added === 0 ? [] : [`${added} more ${added === 1 ? "clip counts" : "clips count"}.`];
}
