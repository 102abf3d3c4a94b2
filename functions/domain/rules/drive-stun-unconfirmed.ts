import { showsDriveStun, statesDriveStun } from "#domain/log/incident-kind.ts";
import type { FindingRule } from "./rule.ts";

/**
 * DRIVE_STUN_UNCONFIRMED · contract §4: a trigger without a cartridge, and no report that says drive stun.
 * Source: domain.md, case 29: drive stun or misfire, the log alone is not enough.
 */
export const driveStunUnconfirmed: FindingRule = {
  code: "DRIVE_STUN_UNCONFIRMED",
  title: "A trigger without a cartridge that no report explains",
  clause: "§4",
  source: "The log alone is not enough",
  find: ({ applicable, inputs }) =>
    applicable &&
    showsDriveStun(inputs.incident.rows.map(({ event }) => event)) &&
    !statesDriveStun(inputs.reports.map(({ report }) => report))
      ? "The trigger was pulled with no cartridge: a drive stun or a misfire. A use report would settle it."
      : undefined,
};
