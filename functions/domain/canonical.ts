import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";

/** RFC 8785 canonical JSON: equal values give equal text, whatever the order of their fields. */
export function canonicalJson(value: unknown): string {
  return canonicalize(value) ?? "null";
}

/** SHA-256 of the text's UTF-8, in lower-case hexadecimal. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

function inOneOrder<T>(items: readonly T[]): T[] {
  const byText = new Map(items.map((item) => [canonicalJson(item), item]));
  return [...byText.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

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
export function orderedInputs(inputs: JudgementInputs): JudgementInputs {
  const { incident } = inputs;
  return {
    ...inputs,
    policies: inOneOrder(inputs.policies),
    incident: {
      ...incident,
      rows: inOneOrder(incident.rows),
      missingSeqs: [...new Set(incident.missingSeqs)].sort((a, b) => a - b),
      ...(incident.timeSyncs === undefined ? {} : { timeSyncs: inOneOrder(incident.timeSyncs) }),
    },
    reports: inOneOrder(latestRevisions(inputs.reports)),
    bookings: inOneOrder(inputs.bookings),
    officers: inOneOrder(inputs.officers),
    footage: inOneOrder(inputs.footage),
    confirmations: inOneOrder(inputs.confirmations),
    ...(inputs.unregisteredSerials === undefined
      ? {}
      : { unregisteredSerials: inOneOrder(inputs.unregisteredSerials) }),
  };
}

/**
 * SHA-256 over the canonical JSON of what a verdict may use: everything but `now`, and but what belongs to the
 * transport of an upload (its URLs, who sent it) and what is stored unjudged, which a repeated delivery may change.
 */
export function digestOfInputs(inputs: JudgementInputs): string {
  const { now: _now, footage, ...rest } = orderedInputs(inputs);
  const judged = footage.map(
    ({ urlsExpireAt: _urls, uploadId: _upload, declaredBy: _by, declaration, ...record }) => {
      const { vendor: _vendor, file, ...judgedDeclaration } = declaration;
      const { parts: _parts, partBytes: _partBytes, ...judgedFile } = file;
      return { ...record, declaration: { ...judgedDeclaration, file: judgedFile } };
    },
  );
  return sha256Hex(canonicalJson({ ...rest, footage: inOneOrder(judged) }));
}
