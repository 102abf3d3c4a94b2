import { BIGINT, DuckDBDataChunk, DuckDBInstance, INTEGER } from "@duckdb/node-api";
import type { BulkCover } from "#domain/bulk/cover-in-bulk.ts";
import { coverFromNear, LONGEST_BOOKING_MS, LONGEST_CLIP_MS } from "./cover-sql.ts";
import type { Engine } from "./engine.ts";
import { type Table, tablesOf } from "./tables.ts";
import type { BulkWorld } from "./world.ts";

const CHUNK = 2048;

/** The world in DuckDB's own tables in memory; with so many threads, or as many as DuckDB takes by itself. */
export async function openDuckDb(world: BulkWorld, joinMs: number, threads?: number): Promise<Engine> {
  const instance = await DuckDBInstance.create(
    ":memory:",
    threads === undefined ? {} : { threads: `${threads}` },
  );
  const connection = await instance.connect();
  for (const [name, table] of Object.entries(tablesOf(world))) await load(name, table);
  const answer = await connection.runAndReadAll("select current_setting('threads')");
  return {
    name: `DuckDB, ${answer.getRows()[0]?.[0]} thread(s)`,
    async run() {
      await connection.run(`create or replace table covered as ${query(joinMs)}`);
    },
    async read() {
      const read = await connection.runAndReadAll(
        "select before, during, after, outcome from covered order by id",
      );
      const [before, during, after, outcome] = read.getColumns() as [bigint[], bigint[], bigint[], number[]];
      return {
        before: Float64Array.from(before, Number),
        during: Float64Array.from(during, Number),
        after: Float64Array.from(after, Number),
        outcome: Uint8Array.from(outcome),
      } satisfies BulkCover;
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };

  async function load(name: string, table: Table): Promise<void> {
    const columns = Object.values(table);
    const types = columns.map((column) => (column instanceof Int32Array ? INTEGER : BIGINT));
    const declared = Object.keys(table).map((column, place) => `${column} ${types[place]}`);
    await connection.run(`create table ${name} (${declared.join(", ")})`);
    const appender = await connection.createAppender(name);
    const count = columns[0]?.length ?? 0;
    for (let from = 0; from < count; from += CHUNK) {
      const to = Math.min(from + CHUNK, count);
      const chunk = DuckDBDataChunk.create(types, to - from);
      for (const [place, column] of columns.entries())
        chunk.setColumnValues(
          place,
          column instanceof Int32Array
            ? [...column.subarray(from, to)]
            : Array.from(column.subarray(from, to), BigInt),
        );
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }
}

/**
 * The fastest of the plans that were tried: spans are cut by the hour (clips) and by the shift (bookings), so that the
 * joins can hash a camera's hour rather than a camera's year. Half the time of a join on camera and range alone; ASOF
 * joins cannot find several clips. A pair found in two hours counts once, since what it covers counts once.
 */
function query(joinMs: number): string {
  const shift = LONGEST_BOOKING_MS;
  const hour = LONGEST_CLIP_MS;
  const sliced = (columns: string, table: string, length: number, last: string): string => `
  select ${columns}, begins, ends, begins // ${length} as slice from ${table}
  union all
  select ${columns}, begins, ends, (${last}) // ${length} from ${table} where (${last}) // ${length} > begins // ${length}`;
  const hoursOf = `unnest(generate_series((w_from - ${joinMs}) // ${hour}, (w_to + ${joinMs}) // ${hour})) as slice`;
  const isNear = `clip.slice = watched.slice
    and clip.begins < watched.w_to + ${joinMs} and clip.ends > watched.w_from - ${joinMs}`;
  return `
with booked as (${sliced("officer, camera", "bookings", shift, "ends - 1")}
), own as (
  select id, booked.camera, w_from, w_to, ${hoursOf}
  from incidents join booked on booked.officer = incidents.officer and booked.slice = c_from // ${shift}
    and booked.begins <= c_from and c_from < booked.ends
), worn as (${sliced("camera, recording", "clips", hour, "ends")}
), mounted as (${sliced("weapon, recording", "(from clips where weapon >= 0)", hour, "ends")}
), armed as (select id, weapon, w_from, w_to, ${hoursOf} from incidents
), near as (
  select id, recording, begins, ends from own watched join worn clip on clip.camera = watched.camera and ${isNear}
  union all
  select id, recording, begins, ends from armed watched join mounted clip on clip.weapon = watched.weapon and ${isNear}
), ${coverFromNear(joinMs, { larger: "greatest", smaller: "least" })}`;
}
