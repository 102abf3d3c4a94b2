import { CorruptRecordError, RecordNotFoundError } from "#contracts/errors.ts";
import { verdictInputsKey } from "#contracts/evidence-keys.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { VerdictRecords } from "#records/verdict-records.ts";

export type ReadVerdictInputsDeps = {
  readonly verdicts: Pick<VerdictRecords, "all">;
  readonly evidence: Pick<EvidenceStore, "stat" | "readRange">;
  readonly custody: Pick<CustodyRecords, "append">;
  readonly clock: Clock;
};

/** The stored document that a verdict was judged from, byte for byte. Throws `RecordNotFoundError`. */
export async function readVerdictInputs(
  input: { readonly incidentId: string; readonly version: number; readonly reader: string },
  deps: ReadVerdictInputsDeps,
): Promise<Uint8Array> {
  const { incidentId, version, reader } = input;
  const found = (await deps.verdicts.all(incidentId)).find(({ verdict }) => verdict.version === version);
  if (!found) throw new RecordNotFoundError(`Incident ${incidentId} has no verdict ${version}.`);
  const { inputsDigest: digest, decidedAt } = found.verdict;
  const key = verdictInputsKey({ incidentId, digest, decidedAt });
  const stored = await deps.evidence.stat(key);
  if (!stored)
    throw new CorruptRecordError(`the inputs of verdict ${version} of ${incidentId} are not stored`);
  const at = deps.clock.now().toISOString();
  await deps.custody.append(incidentId, { at, who: reader, what: `read the inputs of verdict ${version}` });
  return deps.evidence.readRange(key, 0, stored.bytes);
}
