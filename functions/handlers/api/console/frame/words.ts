import type { AlertType } from "#contracts/alert.ts";
import type { IncidentState } from "#contracts/incident.ts";
import type { Role } from "#contracts/people.ts";
import type { DutyOutcome, IncidentKind, Outcome, Relation } from "#contracts/verdict.ts";

/** The words of the contract, as a person says them. */
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  RECORDED: "Recorded",
  PARTLY_RECORDED: "Partly recorded",
  UNRECORDED: "Not recorded",
  AWAITING_FOOTAGE: "Awaiting footage",
  NOT_RETAINED: "Recorded, but not kept",
  UNDETERMINED: "Cannot be said",
  NOT_APPLICABLE: "No video needed",
};

/** The colour that goes with the words, never without them: a modifier of GOV.UK's tag. */
export const outcomeColours: Readonly<Record<Outcome, string>> = {
  RECORDED: "green",
  PARTLY_RECORDED: "orange",
  UNRECORDED: "red",
  AWAITING_FOOTAGE: "blue",
  NOT_RETAINED: "red",
  UNDETERMINED: "purple",
  NOT_APPLICABLE: "grey",
};

export const kindWords: Readonly<Record<IncidentKind, string>> = {
  DISCHARGE: "Taser discharge",
  UNKNOWN: "Possible Taser discharge",
  UNINTENTIONAL: "Unintentional Taser discharge",
  NON_DISCHARGE: "Taser use without discharge",
  TEST: "Taser test",
  TRAINING: "Taser training",
};

export const stateWords: Readonly<Record<IncidentState, string>> = {
  AWAITING_FOOTAGE: "Awaiting footage",
  OPEN: "Open",
  ACKNOWLEDGED: "Acknowledged",
  DECISION_PROPOSED: "Decision proposed",
  CLOSED: "Closed",
  MERGED: "Part of another incident",
};

export const dutyWords: Readonly<Record<DutyOutcome, string>> = {
  MET: "On in time and long enough",
  EARLY_STOP: "On in time, stopped too early",
  LATE_START: "Switched on too late, or only in part",
  NO_CAMERA_ISSUED: "No camera issued",
  NOT_ON: "No footage shows it on",
  UNDETERMINED: "Cannot be said",
  AWAITING_FOOTAGE: "Awaiting footage",
  NOT_APPLICABLE: "Not applicable",
};

export const relationWords: Readonly<Record<Relation, string>> = {
  own: "The officer's own camera",
  "other-officer": "A colleague's camera",
  "weapon-mounted": "The camera on the weapon",
  vehicle: "A vehicle camera",
  fixed: "A fixed camera",
};

/** Codes of explanations and of reasons why there is no video. */
export const explanationWords = {
  IMMEDIATE_DANGER: "Immediate danger",
  CAMERA_FAULT: "Camera faulty",
  NO_CAMERA_ISSUED: "No camera issued",
  COVERT: "Covert duty",
  BATTERY: "Battery empty",
  PRIVACY: "Somebody's privacy",
  FORGOT: "Forgot to record",
  OTHER: "Something else",
} as const;

export const alertWords: Readonly<Record<AlertType, string>> = {
  DISCHARGE_REPORTED: "Discharge reported",
  UNRECORDED_DISCHARGE: "Discharge not recorded",
  PARTLY_RECORDED_DISCHARGE: "Discharge partly recorded",
  UNDETERMINED_DISCHARGE: "Discharge: recording cannot be determined",
  UNREPORTED_DISCHARGE: "Discharge without a use report",
  CONTRADICTION: "Report and video contradict each other",
  REVISED: "Verdict changed",
  ESCALATED: "Not acknowledged in time",
  KIT: "Taser booked without a working camera",
  DELIVERY: "An alert may not have arrived",
};

export const roleWords: Readonly<Record<Role, string>> = {
  supervisor: "Supervisor",
  admin: "Administrator",
  oversight: "Oversight",
  officer: "Officer",
};

/** `red-dotted` reads "red dotted". */
export function plainWords(code: string): string {
  const words = code.toLowerCase().replaceAll(/[_-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `18-34` reads "18 to 34". */
export function ageBand(band: string): string {
  return /^\d/.test(band) ? band.replace("-", " to ") : plainWords(band).toLowerCase();
}

/** `1 alert`, `2 alerts`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
