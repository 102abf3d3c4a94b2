import type { Records } from "#ports/records.ts";
import { type AlertRecords, createAlertRecords } from "#records/alert-records.ts";
import {
  type CustodyRecords,
  createCustodyRecords,
  createFootageCustodyRecords,
} from "#records/custody-records.ts";
import { createDraftRecords, type DraftRecords } from "#records/draft-records.ts";
import { createFootageRecords, type FootageRecords } from "#records/footage-records.ts";
import { createIncidentRecords, type IncidentRecords } from "#records/incident-records.ts";
import { createKitRecords, type KitRecords } from "#records/kit-records.ts";
import { createLogRecords, type LogRecords } from "#records/log-records.ts";
import { createNoticeRecords, type NoticeRecords } from "#records/notice-records.ts";
import { createProbeRequestRecords, type ProbeRequestRecords } from "#records/probe-request-records.ts";
import { createRegisterRecords, type RegisterRecords } from "#records/register-records.ts";
import { createReportRecords, type ReportRecords } from "#records/report-records.ts";
import { createSendingRecords, type SendingRecords } from "#records/sending-records.ts";
import { createSweepRecords, type SweepRecords } from "#records/sweep-records.ts";
import { createUndeclaredRecords, type UndeclaredRecords } from "#records/undeclared-records.ts";
import { createVerdictRecords, type VerdictRecords } from "#records/verdict-records.ts";
import { createVisitRecords, type VisitRecords } from "#records/visit-records.ts";
import { createWeaponRecords, type WeaponRecords } from "#records/weapon-records.ts";

/** Everything that the workflow keeps, by what it is. */
export type Repositories = {
  readonly incidents: IncidentRecords;
  readonly verdicts: VerdictRecords;
  readonly alerts: AlertRecords;
  readonly custody: CustodyRecords;
  /** Of the files of clips, by the id of the clip. */
  readonly footageCustody: CustodyRecords;
  readonly weapons: WeaponRecords;
  readonly logs: LogRecords;
  readonly reports: ReportRecords;
  readonly footage: FootageRecords;
  readonly probeRequests: ProbeRequestRecords;
  readonly undeclared: UndeclaredRecords;
  readonly sweeps: SweepRecords;
  readonly register: RegisterRecords;
  readonly drafts: DraftRecords;
  readonly visits: VisitRecords;
  readonly kit: KitRecords;
  readonly notices: NoticeRecords;
  readonly sending: SendingRecords;
};

export const createRepositories = (records: Records): Repositories => ({
  incidents: createIncidentRecords(records),
  verdicts: createVerdictRecords(records),
  alerts: createAlertRecords(records),
  custody: createCustodyRecords(records),
  footageCustody: createFootageCustodyRecords(records),
  weapons: createWeaponRecords(records),
  logs: createLogRecords(records),
  reports: createReportRecords(records),
  footage: createFootageRecords(records),
  probeRequests: createProbeRequestRecords(records),
  undeclared: createUndeclaredRecords(records),
  sweeps: createSweepRecords(records),
  register: createRegisterRecords(records),
  drafts: createDraftRecords(records),
  visits: createVisitRecords(records),
  kit: createKitRecords(records),
  notices: createNoticeRecords(records),
  sending: createSendingRecords(records),
});
