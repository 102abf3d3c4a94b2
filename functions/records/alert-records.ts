import { type AlertRecord, alertRecord } from "#contracts/alert.ts";
import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { Records, RecordWrite, StoredRecord } from "#ports/records.ts";
import { alertKey, incidentPk, under } from "./keys.ts";
import { asData, changeStored, parseStored } from "./stored.ts";

const parse = (stored: StoredRecord): AlertRecord => parseStored(alertRecord, stored);

const writeOf = (alert: AlertRecord): RecordWrite => ({
  ...alertKey(alert.message.incidentId, alert.message.alertId),
  data: asData(alert),
});

export type AlertRecords = ReturnType<typeof createAlertRecords>;

/** Alerts: recorded before they are sent, marked when the topic has taken them. */
export const createAlertRecords = (records: Records) => {
  /** In the order in which they were owed. */
  const all = async (incidentId: string): Promise<readonly AlertRecord[]> => {
    const alerts = await records.query(under(incidentPk(incidentId), "ALERT#"));
    return alerts
      .map(parse)
      .sort(
        (a, b) => a.owedAt.localeCompare(b.owedAt, "en") || (a.message.alertId < b.message.alertId ? -1 : 1),
      );
  };

  /** Records the alert, or gives the one that was recorded under its id before: that one is to be sent. */
  const record = async (
    alert: AlertRecord,
  ): Promise<{ readonly created: boolean; readonly alert: AlertRecord }> => {
    const put = await records.put(writeOf(alert), "absent");
    if (put.written) {
      return { created: true, alert };
    }
    const existing = await records.get(alertKey(alert.message.incidentId, alert.message.alertId));
    if (existing === undefined) {
      throw new ConcurrentWriteError(`Alert ${alert.message.alertId} vanished while it was recorded.`);
    }
    return { created: false, alert: parse(existing) };
  };

  /** Writes what `next` makes of the alert. Throws `RecordNotFoundError`. */
  const change = (
    incidentId: string,
    alertId: string,
    next: (alert: AlertRecord) => AlertRecord,
  ): Promise<AlertRecord> => {
    const key = alertKey(incidentId, alertId);
    const name = `Alert ${alertId}`;
    return changeStored(records, { key, name, parse, writeOf }, next);
  };

  /** Notes that the topic took the alert. The first time stands. Throws `RecordNotFoundError`. */
  const markSent = (
    incidentId: string,
    alertId: string,
    sent: { readonly sentAt: string; readonly messageId: string },
  ): Promise<AlertRecord> => change(incidentId, alertId, (alert) => ({ ...sent, ...alert }));

  return { all, record, change, markSent };
};
