import { aftermathOnly } from "./aftermath-only.ts";
import { beforeFirstPolicy } from "./before-first-policy.ts";
import { clockDoubt } from "./clock-doubt.ts";
import { clockUntrusted } from "./clock-untrusted.ts";
import { confirmedFixedCamera } from "./confirmed-fixed-camera.ts";
import { confirmedVehicleCamera } from "./confirmed-vehicle-camera.ts";
import { creationTimeMismatch } from "./creation-time-mismatch.ts";
import { driveStunUnconfirmed } from "./drive-stun-unconfirmed.ts";
import { duplicateNumber } from "./duplicate-number.ts";
import { earlyStop } from "./early-stop.ts";
import { gap } from "./gap.ts";
import { lateStart } from "./late-start.ts";
import { leadOnly } from "./lead-only.ts";
import { linkedByPosition } from "./linked-by-position.ts";
import { linkedByReference } from "./linked-by-reference.ts";
import { linkedBySignal } from "./linked-by-signal.ts";
import { localTimeAmbiguous } from "./local-time-ambiguous.ts";
import { logConflict } from "./log-conflict.ts";
import { logGap } from "./log-gap.ts";
import { noFootage } from "./no-footage.ts";
import { officerUnknown } from "./officer-unknown.ts";
import { ownCamera } from "./own-camera.ts";
import { prolongedDischarge } from "./prolonged-discharge.ts";
import { promisedFootageMissing } from "./promised-footage-missing.ts";
import { recordingCancelled } from "./recording-cancelled.ts";
import type { CountingRule, FindingRule, PriorityRule } from "./rule.ts";
import { severalCarriers } from "./several-carriers.ts";
import { shorterThanDeclared } from "./shorter-than-declared.ts";
import { signalCancelled } from "./signal-cancelled.ts";
import { subjectUnder18 } from "./subject-under-18.ts";
import { timeZoneSuspected } from "./time-zone-suspected.ts";
import { unreadableFootage } from "./unreadable-footage.ts";
import { unregisteredDevice } from "./unregistered-device.ts";
import { weaponMountedCamera } from "./weapon-mounted-camera.ts";

/** The version of this set of rules; it is part of every verdict and changes when a rule changes. */
export const RULESET = "witnessed-4";

/** What makes footage count. The order does not matter. */
export const countingRules: readonly CountingRule[] = [
  ownCamera,
  weaponMountedCamera,
  linkedByReference,
  linkedBySignal,
  linkedByPosition,
  confirmedVehicleCamera,
  confirmedFixedCamera,
];

/** What is told beside the outcome. The order does not matter: findings are told in the order of their codes. */
export const findingRules: readonly FindingRule[] = [
  lateStart,
  earlyStop,
  gap,
  leadOnly,
  aftermathOnly,
  noFootage,
  promisedFootageMissing,
  unreadableFootage,
  signalCancelled,
  shorterThanDeclared,
  creationTimeMismatch,
  duplicateNumber,
  unregisteredDevice,
  logGap,
  logConflict,
  driveStunUnconfirmed,
  timeZoneSuspected,
  clockUntrusted,
  clockDoubt,
  localTimeAmbiguous,
  beforeFirstPolicy,
  officerUnknown,
  severalCarriers,
];

/** What makes an incident urgent. The order does not matter. */
export const priorityRules: readonly PriorityRule[] = [
  subjectUnder18,
  prolongedDischarge,
  recordingCancelled,
];

/** All rules as a Markdown table, for the README. */
export function ruleTable(): string {
  const rows = [
    ...countingRules.map((rule) => ["counts", rule] as const),
    ...findingRules.map((rule) => ["finding", rule] as const),
    ...priorityRules.map((rule) => ["priority", rule] as const),
  ].map(
    ([group, { code, title, clause, source }]) =>
      `| \`${code}\` | ${group} | ${title} | ${clause} | ${source} |`,
  );
  return ["| code | what it does | rule | contract | source |", "|---|---|---|---|---|", ...rows].join("\n");
}
