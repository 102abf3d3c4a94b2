/**
 * Where things lie in the evidence store. Keys are made here and never from a name that a device sent.
 *
 * Footage has a prefix of its own, so that the store's "object created" events and the rights to upload
 * can be limited to it: documents in the same store start no intake.
 */
export const FOOTAGE_PREFIX = "footage/";
export const WEAPON_LOG_PREFIX = "weapon-logs/";
export const REPORT_PREFIX = "reports/";
export const VERDICT_INPUTS_PREFIX = "verdict-inputs/";
export const SESSION_KEY_PREFIX = "session-keys/";

/** `footage/<camera serial>/<yyyy>/<mm>/<ulid>`, year and month in UTC of the declaration. */
export function footageKey(clip: { cameraSerial: string; declaredAt: Date; ulid: string }): string {
  const [year, month] = clip.declaredAt.toISOString().split("-");
  return `${FOOTAGE_PREFIX}${clip.cameraSerial}/${year}/${month}/${clip.ulid}`;
}

/** The canonical body of one download, as it came. */
export function weaponLogKey(logId: string): string {
  return `${WEAPON_LOG_PREFIX}${logId}.json`;
}

export function reportKey(report: { reportId: string; revision: number }): string {
  return `${REPORT_PREFIX}${report.reportId}/${report.revision}.json`;
}

/**
 * The exact inputs of a verdict, by their digest and by the time at which they were judged: the digest leaves the
 * time out, and the same inputs give another verdict once the grace is over.
 */
export function verdictInputsKey(verdict: { incidentId: string; digest: string; decidedAt: string }): string {
  const at = Date.parse(verdict.decidedAt);
  return `${VERDICT_INPUTS_PREFIX}${verdict.incidentId}/${verdict.digest}-${at}.json`;
}

/** The secret of the console's cookies of one UTC day, `2026-11-21`. */
export function sessionKeyKey(day: string): string {
  return `${SESSION_KEY_PREFIX}${day}`;
}
