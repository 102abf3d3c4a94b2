import type { Records } from "#ports/records.ts";
import { createBookingRecords } from "./booking-records.ts";
import { createDeviceRecords } from "./device-records.ts";
import { createOfficerRecords } from "./officer-records.ts";

export type RegisterRecords = ReturnType<typeof createRegisterRecords>;

/** The force's register: devices, officers and who carries what. */
export const createRegisterRecords = (records: Records) => ({
  ...createDeviceRecords(records),
  ...createOfficerRecords(records),
  ...createBookingRecords(records),
});
