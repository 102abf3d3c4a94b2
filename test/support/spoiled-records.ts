import type { Records, RecordWrite } from "#ports/records.ts";

type Lists = Pick<RecordWrite, "byTime" | "byDue">;

/** Takes a field out of a stored record, as a half-rolled-back deployment might leave it, and keeps it on its lists. */
async function spoil(records: Records, pk: string, field: string, lists: Lists): Promise<void> {
  const stored = await records.get({ pk, sk: "RECORD" });
  if (!stored) throw new Error(`there is nothing at ${pk}`);
  const data = JSON.parse(JSON.stringify(stored.data)) as Record<string, unknown>;
  const holder = (data["record"] ?? data) as Record<string, unknown>;
  delete holder[field];
  await records.put({ pk, sk: "RECORD", data, ...lists }, { revision: stored.revision });
}

export const spoilIncident = (records: Records, incidentId: string, occurredAt: string): Promise<void> =>
  spoil(records, `INCIDENT#${incidentId}`, "borough", {
    byTime: { list: "INCIDENTS", order: `${occurredAt}#${incidentId}` },
    byDue: { list: "OPEN", order: `${occurredAt}#${incidentId}` },
  });

export const spoilDevice = (records: Records, serial: string): Promise<void> =>
  spoil(records, `DEVICE#${serial}`, "model", { byTime: { list: "DEVICES", order: serial } });

export const spoilOfficer = (records: Records, officerId: string): Promise<void> =>
  spoil(records, `OFFICER#${officerId}`, "team", { byTime: { list: "OFFICERS", order: officerId } });
