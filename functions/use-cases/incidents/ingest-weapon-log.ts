import { CorruptRecordError, RecordNotFoundError } from "#contracts/errors.ts";
import { weaponLogKey } from "#contracts/evidence-keys.ts";
import { type Delivery, type WeaponLog, type WeaponRow, weaponLog } from "#contracts/weapon-log.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { LogRecord, LogRecords } from "#records/log-records.ts";
import type { WeaponRecords } from "#records/weapon-records.ts";
import { digestOf } from "#use-cases/digest-of.ts";
import { type FormedIncident, type FormIncidentsDeps, formIncidents } from "./form-incidents.ts";
import { rowsBeforeSyncs } from "./rows-before-syncs.ts";

export type IngestWeaponLogDeps = Omit<FormIncidentsDeps, "weapons"> & {
  readonly weapons: FormIncidentsDeps["weapons"] & Pick<WeaponRecords, "putRows">;
  readonly logs: Pick<LogRecords, "create" | "markFormed">;
  readonly evidence: Pick<EvidenceStore, "putDocument">;
};

export type IngestedLog = {
  readonly logId: string;
  /** Whether this very download was received before. */
  readonly repeated: boolean;
  readonly incidents: readonly FormedIncident[];
};

/**
 * Takes one download of a weapon's memory: keeps it as it came, then its rows, then makes incidents of them and
 * starts their evaluation.
 *
 * A crash after any of the steps is healed by the gateway's repeat, or by the sweep, which goes on with every log
 * of which no incidents were made (`resumeWeaponLog`).
 */
export async function ingestWeaponLog(
  received: {
    readonly log: WeaponLog;
    /** The body as it came. */
    readonly body: Uint8Array;
    /** The serial whose key signed the request. */
    readonly deliveredBy: string;
  },
  deps: IngestWeaponLogDeps,
): Promise<IngestedLog> {
  const { log, body, deliveredBy } = received;
  const logId = `l${digestOf(log)}`;
  const documentKey = weaponLogKey(logId);
  await deps.evidence.putDocument({ key: documentKey, body, contentType: "application/json" });
  const { created, record } = await deps.logs.create({
    logId,
    receivedAt: deps.clock.now().toISOString(),
    deliveredBy,
    weaponSerial: log.weapon.serial,
    documentKey,
    formed: false,
    incidents: [],
  });
  if (record.formed) return { logId, repeated: true, incidents: record.incidents };
  return { logId, repeated: !created, incidents: await formLog(record, log, deps) };
}

/** Goes on with a log that was received and of which no incidents were made, from the document that was kept. */
export async function resumeWeaponLog(
  record: LogRecord,
  deps: IngestWeaponLogDeps & { readonly evidence: Pick<EvidenceStore, "stat" | "readRange"> },
): Promise<void> {
  const stored = await deps.evidence.stat(record.documentKey);
  if (stored === undefined) throw new RecordNotFoundError(`The document of log ${record.logId} is not kept.`);
  const body = await deps.evidence.readRange(record.documentKey, 0, stored.bytes);
  const log = weaponLog.safeParse(jsonOf(body));
  if (!log.success) throw new CorruptRecordError(`The document of log ${record.logId} is not a weapon log.`);
  await formLog(record, log.data, deps);
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

async function formLog(
  record: LogRecord,
  log: WeaponLog,
  deps: IngestWeaponLogDeps,
): Promise<readonly FormedIncident[]> {
  const { logId, weaponSerial } = record;
  await deps.weapons.putRows(weaponSerial, rowsOf(record, log));
  const { timeZone } = deps.force;
  const seqs = log.events.map(({ seq }) => seq);
  const cause = `log-${logId}`;
  const incidents = await formIncidents({ weaponSerial, seqs, cause }, deps);
  const reread = await rowsBeforeSyncs(weaponSerial, log.events, { weapons: deps.weapons, timeZone });
  if (reread.length > 0) await formIncidents({ weaponSerial, seqs: reread, cause }, deps);
  await deps.logs.markFormed(logId, [...incidents]);
  deps.log.info("log.formed", { logId, deviceSerial: weaponSerial, count: incidents.length });
  return incidents;
}

function rowsOf({ logId, receivedAt, deliveredBy }: LogRecord, log: WeaponLog): readonly WeaponRow[] {
  const delivery: Delivery = {
    logId,
    receivedAt,
    deliveredBy,
    model: log.weapon.model,
    drill: log.drill,
    ...(log.clock === undefined ? {} : { clock: log.clock }),
    ...(log.incidentRef === undefined ? {} : { incidentRef: log.incidentRef }),
  };
  return log.events.map((event) => ({
    weaponSerial: log.weapon.serial,
    event,
    delivery,
    firstReceivedAt: receivedAt,
    conflicts: [],
  }));
}
