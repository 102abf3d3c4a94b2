import { type AlertRecord, alertRecord } from "#contracts/alert.ts";
import { ConcurrentWriteError, RecordNotFoundError } from "#contracts/errors.ts";
import type { Records } from "#ports/records.ts";
import { alertKey, incidentPk, under } from "./keys.ts";
import { asData, parseStored, sameContent, WRITERS_AT_ONCE } from "./stored.ts";

export type AlertRecords = ReturnType<typeof createAlertRecords>;

/** Alerts: recorded before they are sent, marked when the topic has taken them. */
export const createAlertRecords = (records: Records) => {
  /** In the order in which they were owed. */
  const all = async (incidentId: string): Promise<readonly AlertRecord[]> => {
    const alerts = await records.query(under(incidentPk(incidentId), "ALERT#"));
    return alerts
      .map((alert) => parseStored(alertRecord, alert))
      .sort(
        (a, b) => a.owedAt.localeCompare(b.owedAt, "en") || (a.message.alertId < b.message.alertId ? -1 : 1),
      );
  };

  /** Records the alert, or gives the one that was recorded under its id before: that one is to be sent. */
  const record = async (
    alert: AlertRecord,
  ): Promise<{ readonly created: boolean; readonly alert: AlertRecord }> => {
    const key = alertKey(alert.message.incidentId, alert.message.alertId);
    const put = await records.put({ ...key, data: asData(alert) }, "absent");
    if (put.written) {
      return { created: true, alert };
    }
    const existing = await records.get(key);
    if (existing === undefined) {
      throw new ConcurrentWriteError(`Alert ${alert.message.alertId} vanished while it was recorded.`);
    }
    return { created: false, alert: parseStored(alertRecord, existing) };
  };

  /** Writes what `next` makes of the alert. Throws `RecordNotFoundError`. */
  const change = async (
    incidentId: string,
    alertId: string,
    next: (alert: AlertRecord) => AlertRecord,
  ): Promise<AlertRecord> => {
    const key = alertKey(incidentId, alertId);
    for (let attempt = 0; attempt < WRITERS_AT_ONCE; attempt += 1) {
      const stored = await records.get(key);
      if (stored === undefined) {
        throw new RecordNotFoundError(`Alert ${alertId} was never recorded.`);
      }
      const alert = parseStored(alertRecord, stored);
      const changed = next(alert);
      if (sameContent(alert, changed)) {
        return alert;
      }
      const put = await records.put({ ...key, data: asData(changed) }, { revision: stored.revision });
      if (put.written) {
        return changed;
      }
    }
    throw new ConcurrentWriteError(`Alert ${alertId} is being written by others.`);
  };

  /** Notes that the topic took the alert. The first time stands. Throws `RecordNotFoundError`. */
  const markSent = (
    incidentId: string,
    alertId: string,
    sent: { readonly sentAt: string; readonly messageId: string },
  ): Promise<AlertRecord> => change(incidentId, alertId, (alert) => ({ ...sent, ...alert }));

  return { all, record, change, markSent };
};
