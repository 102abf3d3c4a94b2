import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { WeaponRow } from "#contracts/weapon-log.ts";
import { type JudgedInputs, judgedClip } from "#domain/cover/judged-inputs.ts";

/** RFC 8785 canonical JSON: equal values give equal text, whatever the order of their fields. */
export function canonicalJson(value: unknown): string {
  return canonicalize(value) ?? "null";
}

/** SHA-256 of a text's UTF-8, in lower-case hexadecimal. */
export type Hash = (text: string) => string;

/** The hash where no faster one is at hand. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/**
 * The items by a key that tells them apart, without repetitions. Writing every item out as text would cost more than
 * the rest of a verdict, so that is done only where keys are equal.
 */
function inOneOrder<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const byKey = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    byKey.set(key, [...(byKey.get(key) ?? []), item]);
  }
  return [...byKey.keys()].sort().flatMap((key) => {
    const same = byKey.get(key) as T[];
    if (same.length === 1) return same;
    const byText = new Map(same.map((item) => [canonicalJson(item), item]));
    return [...byText.keys()].sort().map((text) => byText.get(text) as T);
  });
}

const rowKey = ({ weaponSerial, event }: WeaponRow): string =>
  `${weaponSerial}#${String(event.seq).padStart(10, "0")}`;

/** The highest revision of each report counts (contract §3). */
function latestRevisions(reports: JudgementInputs["reports"]): JudgementInputs["reports"] {
  return reports.filter(({ report }) =>
    reports.every(
      (other) => other.report.reportId !== report.reportId || other.report.revision <= report.revision,
    ),
  );
}

/**
 * The inputs with each list in one order and without repetitions, so that what arrived first, or twice, cannot
 * be seen in a verdict.
 */
export function orderedInputs(inputs: JudgementInputs): JudgedInputs {
  const { incident } = inputs;
  return {
    ...inputs,
    policies: inOneOrder(inputs.policies, ({ effectiveFrom, version }) => `${effectiveFrom}#${version}`),
    incident: {
      ...incident,
      rows: inOneOrder(incident.rows, rowKey),
      missingSeqs: [...new Set(incident.missingSeqs)].sort((a, b) => a - b),
      ...(incident.timeSyncs === undefined ? {} : { timeSyncs: inOneOrder(incident.timeSyncs, rowKey) }),
    },
    reports: inOneOrder(latestRevisions(inputs.reports), ({ report }) => report.reportId),
    bookings: inOneOrder(
      inputs.bookings,
      ({ deviceSerial, from, officerId }) => `${deviceSerial}#${from}#${officerId}`,
    ),
    officers: inOneOrder(inputs.officers, ({ officerId }) => officerId),
    footage: inOneOrder(inputs.footage.map(judgedClip), ({ footageId }) => footageId),
    confirmations: inOneOrder(inputs.confirmations, ({ footageId, at }) => `${footageId}#${at}`),
    ...(inputs.unregisteredSerials === undefined
      ? {}
      : { unregisteredSerials: inOneOrder(inputs.unregisteredSerials, (serial) => serial) }),
  };
}

/**
 * SHA-256 over the canonical JSON of what a verdict may use: everything but `now`, and of each clip what `judgedClip`
 * leaves of it.
 */
export function digestOfInputs(inputs: JudgementInputs, hash: Hash = sha256Hex): string {
  return hash(textOfOrdered(orderedInputs(inputs)));
}

/** The canonical JSON of inputs that are in one order already, without `now`. */
export function textOfOrdered({ now: _now, footage, ...rest }: JudgedInputs): string {
  const fields = Object.entries(rest).flatMap(([name, value]) =>
    value === undefined ? [] : [`${JSON.stringify(name)}:${canonicalJson(value)}`],
  );
  return `{${[...fields, `"footage":${JSON.stringify(footage)}`].sort().join()}}`;
}
