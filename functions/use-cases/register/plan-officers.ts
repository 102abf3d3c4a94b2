import type { Officer } from "#contracts/register.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach } from "#records/stored.ts";
import { type PlannedLine, planLine, type ToldLine } from "./planned-line.ts";

export type PlanOfficersDeps = { readonly register: Pick<RegisterRecords, "readOfficer" | "readOfficers"> };

/** A line about an officer. A field that is not there stays as it is registered; null takes it away. */
export type OfficerRow = Omit<Officer, "supervisor" | "cameraNotIssuedReason"> & {
  readonly supervisor?: string | null | undefined;
  readonly cameraNotIssuedReason?: string | null | undefined;
};

/** What a list of officers will do to the register. Nothing is written. */
export async function planOfficers(
  told: readonly ToldLine<OfficerRow>[],
  deps: PlanOfficersDeps,
): Promise<readonly PlannedLine<Officer>[]> {
  const inList = new Set(told.map(({ row }) => row.officerId));
  const supervisors = told.flatMap(({ row }) => row.supervisor ?? []).filter((id) => !inList.has(id));
  const found = await deps.register.readOfficers(supervisors);
  const known = new Set([...inList, ...found.map(({ officerId }) => officerId)]);
  return onEach(told, async ({ line, row }) => {
    const before = await deps.register.readOfficer(row.officerId);
    return planLine({ line, known: before, entry: officerAfter(row, before), notes: notesOn(row, known) });
  });
}

export function officerAfter(row: OfficerRow, known: Officer | undefined): Officer {
  const { supervisor, cameraNotIssuedReason, ...fields } = row;
  const kept = {
    supervisor: supervisor === undefined ? known?.supervisor : (supervisor ?? undefined),
    cameraNotIssuedReason:
      cameraNotIssuedReason === undefined
        ? known?.cameraNotIssuedReason
        : (cameraNotIssuedReason ?? undefined),
  };
  return {
    ...fields,
    ...(kept.supervisor === undefined ? {} : { supervisor: kept.supervisor }),
    ...(kept.cameraNotIssuedReason === undefined
      ? {}
      : { cameraNotIssuedReason: kept.cameraNotIssuedReason }),
  };
}

function notesOn({ supervisor }: OfficerRow, known: ReadonlySet<string>): readonly string[] {
  if (supervisor === undefined || supervisor === null || known.has(supervisor)) return [];
  return [`The supervisor ${supervisor} is not registered as an officer.`];
}
