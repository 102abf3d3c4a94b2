import type { BulkWorld } from "./world.ts";

/** Columns of one table by their names: whole numbers of 32 bits, or instants in ms. */
export type Table = { readonly [column: string]: Int32Array | Float64Array };

/** The world as the tables that both databases are given, in the same order of rows as ours. */
export function tablesOf({ incidents, clips, bookings }: BulkWorld): { readonly [name: string]: Table } {
  return {
    incidents: {
      id: incidents.officer.map((_, row) => row),
      officer: incidents.officer,
      weapon: incidents.weapon,
      c_from: incidents.eventFrom,
      c_to: incidents.eventTo,
      w_from: incidents.requiredFrom,
      w_to: incidents.requiredTo,
    },
    clips: {
      camera: clips.camera,
      recording: clips.recording,
      weapon: clips.weapon,
      begins: clips.from,
      ends: clips.to,
    },
    bookings: {
      camera: bookings.camera,
      officer: bookings.officer,
      begins: bookings.from,
      ends: bookings.to,
    },
  };
}
