import { ConcurrentWriteError, RecordNotFoundError } from "#contracts/errors.ts";
import { verdictInputsKey } from "#contracts/evidence-keys.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { IncidentRecord, VerdictRecord } from "#contracts/incident.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { Verdict } from "#contracts/verdict.ts";
import type { WorkflowState } from "#contracts/workflow.ts";
import { owedByVerdict } from "#domain/lifecycle/owed-by-verdict.ts";
import { canonicalJson } from "#domain/verdict/canonical.ts";
import { judge } from "#domain/verdict/judge.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { Log } from "#ports/log.ts";
import type { AlertRecords } from "#records/alert-records.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sameContent, sortedUnique } from "#records/stored.ts";
import type { VerdictRecords } from "#records/verdict-records.ts";
import { sha256Of } from "#use-cases/digest-of.ts";
import {
  bookingsAround,
  type KnownIncident,
  type LoadIncidentDeps,
  loadIncidentInputs,
  running,
} from "#use-cases/incidents/load-incident-inputs.ts";
import { spanOfUntrusted } from "#use-cases/linking/untrusted-footage.ts";

const ATTEMPTS = 6;

export type DecideVerdictDeps = Omit<LoadIncidentDeps, "register" | "force"> & {
  readonly incidents: Pick<IncidentRecords, "read">;
  readonly footage: Pick<FootageRecords, "readAll">;
  readonly verdicts: Pick<VerdictRecords, "all" | "putVersion">;
  readonly alerts: Pick<AlertRecords, "all">;
  readonly register: LoadIncidentDeps["register"] & Pick<RegisterRecords, "readDevice" | "isSupervisor">;
  readonly evidence: Pick<EvidenceStore, "putDocument">;
  readonly force: Pick<ForceConfig, "policies" | "timeZone" | "alerts">;
  readonly clock: Clock;
  readonly log: Log;
};

/**
 * The workflow's third step: judges what is known now, and stores the finding as the next version when it differs
 * from the latest in anything but its number and time.
 *
 * The exact inputs are kept before the version, and the alerts that it owes are part of it. A version is written
 * once: who loses the race for it reads everything again and decides again.
 */
export async function decideVerdict(state: WorkflowState, deps: DecideVerdictDeps): Promise<WorkflowState> {
  const { incidentId, cause } = state;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const record = (await deps.incidents.read(incidentId))?.record;
    if (record === undefined) throw new RecordNotFoundError(`There is no incident ${incidentId}.`);
    if (record.mergedInto !== undefined) return { incidentId, cause };
    const previous = await deps.verdicts.all(incidentId);
    const inputs = await loadJudgementInputs(record, deps);
    const verdict = nextVersion(inputs, previous);
    if (verdict === undefined || (await store(record, verdict, inputs, previous, deps)))
      return { incidentId, cause };
  }
  throw new ConcurrentWriteError(`incident ${incidentId} was judged by others all the time`);
}

/** Everything that a judgement of the incident is a function of, read consistently, as of now. */
export async function loadJudgementInputs(
  record: IncidentRecord,
  deps: Pick<DecideVerdictDeps, "weapons" | "reports" | "register" | "force" | "footage" | "clock">,
): Promise<JudgementInputs> {
  const known = await loadIncidentInputs(record, deps);
  const footage = await deps.footage.readAll(record.candidates.map(({ footageId }) => footageId));
  const cameras = sortedUnique(footage.map(({ declaration }) => declaration.camera.serial));
  const serials = [...(record.weaponSerial === undefined ? [] : [record.weaponSerial]), ...cameras];
  const [bookings, devices] = await Promise.all([
    onEach(cameras, (serial) => bookingsOfCamera(serial, footage, known, deps)),
    onEach(serials, deps.register.readDevice),
  ]);
  return {
    ...known.inputs,
    now: deps.clock.now().toISOString(),
    bookings: [...known.inputs.bookings, ...bookings.flat()],
    // How a file is kept, and by whose word, is nobody's to judge by.
    footage: footage.map(({ keeping: _, ...clip }) => clip),
    unregisteredSerials: serials.filter((_, index) => devices[index] === undefined),
    confirmations: record.confirmations.map(({ footageId, shows, at }) => ({ footageId, shows, at })),
  };
}

/** Who carried the camera around the event, and for clips without a trusted clock in the booking they came from. */
async function bookingsOfCamera(
  serial: string,
  footage: readonly FootageRecord[],
  { search }: KnownIncident,
  deps: Pick<DecideVerdictDeps, "register">,
) {
  const clips = footage.filter(({ declaration }) => declaration.camera.serial === serial);
  const untrusted = await onEach(clips, (clip) => spanOfUntrusted(clip, deps));
  const spans = [search, ...untrusted.filter((span) => span !== undefined)];
  const around = await onEach(spans, async (span) => running(await bookingsAround(serial, span, deps), span));
  return [
    ...new Map(around.flat().map((booking) => [`${booking.from}#${booking.officerId}`, booking])).values(),
  ];
}

/** The verdict as the next version; undefined when it says nothing new. */
function nextVersion(inputs: JudgementInputs, previous: readonly VerdictRecord[]): Verdict | undefined {
  const judgement = judge(inputs, sha256Of);
  const latest = previous.at(-1)?.verdict;
  const verdict = { ...judgement, version: (latest?.version ?? 0) + 1, decidedAt: inputs.now };
  if (latest === undefined) return verdict;
  const { version, decidedAt } = latest;
  return sameContent({ ...judgement, version, decidedAt }, latest) ? undefined : verdict;
}

async function store(
  record: IncidentRecord,
  verdict: Verdict,
  inputs: JudgementInputs,
  previous: readonly VerdictRecord[],
  deps: DecideVerdictDeps,
): Promise<boolean> {
  const { incidentId, officerIds } = record;
  const [alerts, supervisors] = await Promise.all([
    deps.alerts.all(incidentId),
    onEach(officerIds, deps.register.isSupervisor),
    deps.evidence.putDocument({
      key: verdictInputsKey({ incidentId, digest: verdict.inputsDigest, decidedAt: verdict.decidedAt }),
      body: new TextEncoder().encode(canonicalJson(inputs)),
      contentType: "application/json",
    }),
  ]);
  const owes = owedByVerdict({
    incidentId,
    verdict,
    previous,
    alerts,
    reports: inputs.reports.map(({ report }) => report),
    levels: deps.force.alerts.levels.length,
    supervises: supervisors.includes(true),
  });
  const written = await deps.verdicts.putVersion(incidentId, { verdict, owes: [...owes] });
  if (written) {
    const { version, outcome, kind, priority } = verdict;
    deps.log.info("verdict.issued", { incidentId, version, outcome, kind, priority, drill: record.drill });
  }
  return written;
}
