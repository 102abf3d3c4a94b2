import { DatabaseSync } from "node:sqlite";
import type { BulkCover } from "#domain/bulk/cover-in-bulk.ts";
import { coverFromNear, LONGEST_BOOKING_MS, LONGEST_CLIP_MS } from "./cover-sql.ts";
import type { Engine } from "./engine.ts";
import { tablesOf } from "./tables.ts";
import type { BulkWorld } from "./world.ts";

/** The world in SQLite's tables in memory, with an index for each of the three joins. */
export function openSqlite(world: BulkWorld, joinMs: number): Engine {
  const database = new DatabaseSync(":memory:");
  for (const [name, table] of Object.entries(tablesOf(world))) {
    const columns = Object.values(table);
    const declared = Object.keys(table).map(
      (column) => `${column} integer${column === "id" ? " primary key" : ""}`,
    );
    database.exec(`create table ${name} (${declared.join(", ")}); begin`);
    const insert = database.prepare(`insert into ${name} values (${columns.map(() => "?").join(", ")})`);
    for (let row = 0; row < (columns[0]?.length ?? 0); row += 1)
      insert.run(...columns.map((column) => column[row] as number));
    database.exec("commit");
  }
  database.exec(`
create index bookings_of_officer on bookings (officer, begins, ends, camera);
create index clips_of_camera on clips (camera, begins, ends, recording);
create index clips_of_weapon on clips (weapon, begins, ends, recording) where weapon >= 0;
analyze`);
  return {
    name: "SQLite, indexed",
    run: () => database.exec(`drop table if exists covered; create table covered as ${query(joinMs)}`),
    read() {
      const rows = database.prepare("select before, during, after, outcome from covered order by id").all();
      const column = (name: string): Float64Array => Float64Array.from(rows, (row) => Number(row[name]));
      return {
        before: column("before"),
        during: column("during"),
        after: column("after"),
        outcome: Uint8Array.from(column("outcome")),
      } satisfies BulkCover;
    },
    close: () => database.close(),
  };
}

/** Each incident looks its bookings and clips up: nothing is longer than known, so both ends of a range are bounded. */
function query(joinMs: number): string {
  const isNear = `clips.begins < w_to + ${joinMs} and clips.begins > w_from - ${joinMs + LONGEST_CLIP_MS}
    and clips.ends > w_from - ${joinMs}`;
  return `
with near as (
  select id, recording, clips.begins, clips.ends
  from incidents
    cross join bookings on bookings.officer = incidents.officer
      and bookings.begins <= c_from and bookings.begins > c_from - ${LONGEST_BOOKING_MS} and c_from < bookings.ends
    cross join clips on clips.camera = bookings.camera and ${isNear}
  union all
  select id, recording, clips.begins, clips.ends
  from incidents cross join clips on clips.weapon = incidents.weapon and clips.weapon >= 0 and ${isNear}
), ${coverFromNear(joinMs, { larger: "max", smaller: "min" })}`;
}
