import { openMemoryRecords } from "#adapters/local/records.sqlite.ts";
import type { Records } from "#ports/records.ts";

/** A fresh store in memory with the behaviour of the local run's. */
export const createMemoryRecords = (): Records =>
  openMemoryRecords({ now: () => new Date("2026-11-21T00:00:00.000Z") });
