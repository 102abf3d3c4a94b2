import { InvalidInputError } from "#contracts/errors.ts";
import type { RangeQuery, RecordKey } from "#ports/records.ts";

/**
 * Where everything is in the one table. Times in keys are UTC with milliseconds, so that they sort as text;
 * numbers are padded for the same reason.
 *
 * The pointers of HOUR, REF, WEAPON, OFFICER, COLLAR, CLOSURES, DEVICE and UNTRUSTED are written before the record
 * that they lead to: a crash in between leaves a pointer that leads nowhere, which readers skip. They are not taken
 * away when a record moves, so readers also check what they find at the other end.
 */
const RECORD = "RECORD";
const HOUR_MS = 3_600_000;
/** A year and a day: more hours than any booking has, few enough to be written in one go. */
const MAX_HOURS = 367 * 24;

const padded = (value: number, digits: number): string => String(value).padStart(digits, "0");

/** All sort keys that begin with `prefix`, which ends in `#`: `$` is the character after it. */
export const under = (
  pk: string,
  prefix: `${string}#`,
): Required<Pick<RangeQuery, "pk" | "from" | "to">> => ({
  pk,
  from: prefix,
  to: `${prefix.slice(0, -1)}$`,
});

/** What follows the `index`-th `#` of a sort key. */
export const partOf = (key: RecordKey, index: number): string => key.sk.split("#")[index] ?? "";

/** What a record's partition is named after: the incident, the clip, the log. */
export const idOf = ({ pk }: RecordKey): string => pk.slice(pk.indexOf("#") + 1);

export const incidentPk = (incidentId: string): string => `INCIDENT#${incidentId}`;
export const incidentKey = (incidentId: string): RecordKey => ({ pk: incidentPk(incidentId), sk: RECORD });
export const verdictKey = (incidentId: string, version: number): RecordKey => ({
  pk: incidentPk(incidentId),
  sk: `VERDICT#${padded(version, 6)}`,
});
export const alertKey = (incidentId: string, alertId: string): RecordKey => ({
  pk: incidentPk(incidentId),
  sk: `ALERT#${alertId}`,
});
/** In the partition of an incident or of a clip. */
export const custodyKey = (pk: string, seq: number): RecordKey => ({ pk, sk: `CUSTODY#${padded(seq, 9)}` });

export const weaponPk = (serial: string): string => `WEAPON#${serial}`;
export const rowKey = (serial: string, seq: number): RecordKey => ({
  pk: weaponPk(serial),
  sk: `ROW#${padded(seq, 10)}`,
});
/** An incident that is known from a report alone has no row: it stands before all that have. */
export const weaponIncidentKey = (
  serial: string,
  firstSeq: number | undefined,
  incidentId: string,
): RecordKey => ({
  pk: weaponPk(serial),
  sk: `INCIDENT#${firstSeq === undefined ? "----------" : padded(firstSeq, 10)}#${incidentId}`,
});
export const weaponReportKey = (serial: string, statedAt: string, reportId: string): RecordKey => ({
  pk: weaponPk(serial),
  sk: `REPORT#${statedAt}#${reportId}`,
});

export const logKey = (logId: string): RecordKey => ({ pk: `LOG#${logId}`, sk: RECORD });

export const footagePk = (footageId: string): string => `FOOTAGE#${footageId}`;
export const footageKey = (footageId: string): RecordKey => ({ pk: footagePk(footageId), sk: RECORD });
/** That somebody wants the clip's file to be read again: in the clip's own partition. */
export const probeRequestKey = (footageId: string): RecordKey => ({ pk: footagePk(footageId), sk: "PROBE" });
export const undeclaredKey = (key: string): RecordKey => ({ pk: `UNDECLARED#${key}`, sk: RECORD });
const sweepPk = "SWEEP";
export const sweepReportKey: RecordKey = { pk: sweepPk, sk: "REPORT" };
export const sweepRoundKey = (name: string): RecordKey => ({ pk: sweepPk, sk: `ROUND#${name}` });
export const objectKey = (key: string): RecordKey => ({ pk: `OBJECT#${key}`, sk: RECORD });
export const untrustedPk = "UNTRUSTED";
export const untrustedFootageKey = (declaredAt: string, footageId: string): RecordKey => ({
  pk: untrustedPk,
  sk: `FOOTAGE#${declaredAt}#${footageId}`,
});

export const hourFootageKey = (hour: string, cameraSerial: string, footageId: string): RecordKey => ({
  pk: hour,
  sk: `FOOTAGE#${cameraSerial}#${footageId}`,
});
export const hourIncidentKey = (hour: string, incidentId: string): RecordKey => ({
  pk: hour,
  sk: `INCIDENT#${incidentId}`,
});

/** Closed or opened again on a UTC day: the record says which. */
export const closuresPk = (day: string): string => `CLOSURES#${day}`;
export const closureKey = (at: string, incidentId: string): RecordKey => ({
  pk: closuresPk(at.slice(0, 10)),
  sk: `AT#${at}#${incidentId}`,
});

export const refPk = (incidentRef: string): string => `REF#${incidentRef}`;
export const refKey = (
  incidentRef: string,
  kind: "FOOTAGE" | "INCIDENT" | "REPORT",
  id: string,
): RecordKey => ({ pk: refPk(incidentRef), sk: `${kind}#${id}` });

export const devicePk = (serial: string): string => `DEVICE#${serial}`;
/** A clip that the camera declared, by its receipt: what is to be looked at again when the register changes. */
export const cameraClipKey = (serial: string, declaredAt: string, footageId: string): RecordKey => ({
  pk: devicePk(serial),
  sk: `CLIP#${declaredAt}#${footageId}`,
});
export const deviceKey = (serial: string): RecordKey => ({ pk: devicePk(serial), sk: RECORD });
export const deviceBookingKey = (serial: string, from: string, officerId: string): RecordKey => ({
  pk: devicePk(serial),
  sk: `BOOKING#${from}#${officerId}`,
});
export const publicKeyKey = (thumbprint: string): RecordKey => ({ pk: `KEY#${thumbprint}`, sk: RECORD });

export const officerPk = (officerId: string): string => `OFFICER#${officerId}`;
export const officerKey = (officerId: string): RecordKey => ({ pk: officerPk(officerId), sk: RECORD });
export const officerBookingKey = (officerId: string, from: string, deviceSerial: string): RecordKey => ({
  pk: officerPk(officerId),
  sk: `BOOKING#${from}#${deviceSerial}`,
});
export const officerReportKey = (officerId: string, statedAt: string, reportId: string): RecordKey => ({
  pk: officerPk(officerId),
  sk: `REPORT#${statedAt}#${reportId}`,
});
export const officerIncidentKey = (officerId: string, occurredAt: string, incidentId: string): RecordKey => ({
  pk: officerPk(officerId),
  sk: `INCIDENT#${occurredAt}#${incidentId}`,
});
export const supervisesKey = (supervisor: string, officerId: string): RecordKey => ({
  pk: officerPk(supervisor),
  sk: `SUPERVISES#${officerId}`,
});

/** As people write it: `4711 sw` is `4711SW`. */
export const collarPk = (collarNumber: string): string =>
  `COLLAR#${collarNumber.replaceAll(/\s/g, "").toUpperCase()}`;
export const collarKey = (collarNumber: string, officerId: string): RecordKey => ({
  pk: collarPk(collarNumber),
  sk: `OFFICER#${officerId}`,
});

/** What was found at the last look at the officer's kit. */
export const kitKey = (officerId: string): RecordKey => ({ pk: officerPk(officerId), sk: "KIT" });

export const noticeKey = (alertId: string): RecordKey => ({ pk: `NOTICE#${alertId}`, sk: RECORD });

/** Each place in the line of what is sent, by the UTC second in which it may go. */
export const sendingPk = "SENDING";
export const sendingKey = (second: string, place: number): RecordKey => ({
  pk: sendingPk,
  sk: `${second}#${place}`,
});

export const reportPk = (reportId: string): string => `REPORT#${reportId}`;
export const reportKey = (reportId: string, revision: number): RecordKey => ({
  pk: reportPk(reportId),
  sk: `REVISION#${padded(revision, 5)}`,
});

/** A person's visits to the console that are under way. */
export const visitsPk = (subject: string): string => `VISITS#${subject}`;
export const visitKey = (subject: string, visitId: string): RecordKey => ({
  pk: visitsPk(subject),
  sk: `VISIT#${visitId}`,
});

export const draftKey = (draftId: string): RecordKey => ({ pk: `DRAFT#${draftId}`, sk: RECORD });

export const nonceKey = (keyId: string, nonce: string): RecordKey => ({ pk: `NONCE#${keyId}`, sk: nonce });

/** Milliseconds since 1970, [fromMs, toMs); an empty span counts as one millisecond. */
export type SpanMs = { readonly fromMs: number; readonly toMs: number };

/** The partition of each UTC hour that the span touches, such as `HOUR#2026-11-21T21`. */
export const hoursOf = ({ fromMs, toMs }: SpanMs): readonly string[] => {
  const first = Math.floor(fromMs / HOUR_MS);
  const last = Math.max(first, Math.ceil(toMs / HOUR_MS) - 1);
  if (!(last - first < MAX_HOURS)) {
    throw new InvalidInputError(`A span of ${last - first + 1} hours is longer than ${MAX_HOURS} hours.`);
  }
  return Array.from(
    { length: last - first + 1 },
    (_, index) => `HOUR#${new Date((first + index) * HOUR_MS).toISOString().slice(0, 13)}`,
  );
};
