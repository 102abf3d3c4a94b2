import { type AlertType, alertType } from "#contracts/alert.ts";

/** What an alert is about: the same thing is never alerted twice, because this is its id. */
export type AlertSubject = {
  readonly type: AlertType;
  /** The verdict version that it tells of; 0 when it tells of none. */
  readonly version: number;
  /** From 1, the first level of the force's file. */
  readonly level: number;
};

export const alertIdOf = (incidentId: string, { type, version, level }: AlertSubject): string =>
  [incidentId, type, version, level].join(".");

/** The subject behind an id made by `alertIdOf`. Incident ids may hold dots themselves. */
export function alertSubject(alertId: string): AlertSubject | undefined {
  const [level, version, type] = alertId.split(".").reverse();
  const known = alertType.safeParse(type);
  if (!known.success) return undefined;
  return { type: known.data, version: Number(version), level: Number(level) };
}
