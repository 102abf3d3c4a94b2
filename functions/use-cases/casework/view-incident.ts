import type { IncidentAnswer } from "#contracts/answers.ts";
import { RecordNotFoundError } from "#contracts/errors.ts";
import { verdictInputsKey } from "#contracts/evidence-keys.ts";
import type { CustodyEntry, IncidentRecord } from "#contracts/incident.ts";
import { type JudgementInputs, judgementInputs } from "#contracts/judgement-inputs.ts";
import type { Verdict } from "#contracts/verdict.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import { type CollarNumbersDeps, collarNumbersOf } from "./collar-numbers.ts";
import { type ReadIncidentDeps, readIncident } from "./read-incident.ts";

export type ViewIncidentDeps = ReadIncidentDeps &
  CollarNumbersDeps & {
    readonly custody: Pick<CustodyRecords, "append" | "all">;
    readonly evidence: Pick<EvidenceStore, "stat" | "readRange">;
  };

/** All that one page tells of an incident. */
export type IncidentView = {
  readonly incident: IncidentAnswer;
  readonly record: IncidentRecord;
  /** Oldest first, this look included. */
  readonly custody: readonly CustodyEntry[];
  /** Of the possible officers, as far as they are registered. */
  readonly collarNumbers: ReadonlyMap<string, string>;
  /** What the latest verdict was judged from. */
  readonly inputs?: JudgementInputs | undefined;
};

/** The record of an incident, before anybody may see it. Throws `RecordNotFoundError`. */
export async function findIncident(
  incidentId: string,
  { incidents }: Pick<ViewIncidentDeps, "incidents">,
): Promise<IncidentRecord> {
  const stored = await incidents.read(incidentId);
  if (stored) return stored.record;
  throw new RecordNotFoundError(`There is no incident ${incidentId}.`);
}

/** The incident with everything around it; the look and its reason are in the custody log before it is shown. */
export async function viewIncident(
  look: { readonly incidentId: string; readonly reader: string; readonly why: string },
  deps: ViewIncidentDeps,
): Promise<IncidentView> {
  const incident = await readIncident(look, deps);
  const record = await findIncident(look.incidentId, deps);
  const [custody, collarNumbers, inputs] = await Promise.all([
    deps.custody.all(look.incidentId),
    collarNumbersOf(record.officerIds, deps),
    incident.verdict && inputsOf(look.incidentId, incident.verdict, deps),
  ]);
  return { incident, record, custody, collarNumbers, inputs };
}

async function inputsOf(
  incidentId: string,
  { inputsDigest: digest, decidedAt }: Verdict,
  { evidence }: Pick<ViewIncidentDeps, "evidence">,
): Promise<JudgementInputs | undefined> {
  const key = verdictInputsKey({ incidentId, digest, decidedAt });
  const stored = await evidence.stat(key);
  if (!stored) return undefined;
  const bytes = await evidence.readRange(key, 0, stored.bytes);
  return judgementInputs.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data;
}
