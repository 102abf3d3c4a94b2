import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import type { Clock } from "#ports/clock.ts";
import type {
  ListQuery,
  PutResult,
  RangeQuery,
  RecordData,
  RecordKey,
  Records,
  RecordWrite,
  StoredRecord,
  WriteCondition,
} from "#ports/records.ts";
import {
  asDependencyError,
  openFolderDatabase,
  openMemoryDatabase,
  type RecordsDatabase,
} from "./sqlite-database.ts";

/** Above every text that a key can be: SQLite compares UTF-8 byte by byte, as DynamoDB does. */
const HIGHEST = "\u{10FFFF}";
const NO_LIMIT = -1;
/** Expired items are taken out with every so many that are written. */
const SWEEP_EVERY = 500;

type Row = Readonly<Record<string, SQLInputValue>>;

const toStored = (row: Row): StoredRecord => ({
  pk: String(row["pk"]),
  sk: String(row["sk"]),
  revision: Number(row["revision"]),
  data: JSON.parse(String(row["data"])) as RecordData,
});

const prepareStatements = (database: DatabaseSync) => {
  const ordered = (columns: { pk: string; sk: string }, direction: "ASC" | "DESC"): StatementSync =>
    database.prepare(
      `SELECT pk, sk, revision, data FROM items WHERE ${columns.pk} = ? AND ${columns.sk} BETWEEN ? AND ?
       ORDER BY ${columns.sk} ${direction}, pk, sk LIMIT ?`,
    );
  const bothWays = (columns: { pk: string; sk: string }) => ({
    ascending: ordered(columns, "ASC"),
    descending: ordered(columns, "DESC"),
  });
  return {
    get: database.prepare("SELECT pk, sk, revision, data FROM items WHERE pk = ? AND sk = ?"),
    revision: database.prepare("SELECT revision FROM items WHERE pk = ? AND sk = ?"),
    put: database.prepare(
      `INSERT OR REPLACE INTO items (pk, sk, revision, data, timePk, timeSk, duePk, dueSk, expiresAt)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    remove: database.prepare("DELETE FROM items WHERE pk = ? AND sk = ?"),
    forget: database.prepare("DELETE FROM items WHERE expiresAt < ?"),
    byKey: bothWays({ pk: "pk", sk: "sk" }),
    byTime: bothWays({ pk: "timePk", sk: "timeSk" }),
    byDue: bothWays({ pk: "duePk", sk: "dueSk" }),
  };
};

const holds = (condition: WriteCondition, current: number | undefined): boolean => {
  if (condition === "any") {
    return true;
  }
  return condition === "absent" ? current === undefined : current === condition.revision;
};

/**
 * Runs changes in one transaction per turn of the event loop, so that writers who come together share one
 * `fsync`. A promise resolves when its change is on the disk. Changes run one after the other: each sees those
 * before it.
 */
const createCommitter = (database: DatabaseSync) => {
  type Waiting = { readonly run: () => () => void; readonly fail: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let scheduled: NodeJS.Immediate | undefined;

  const flush = (): void => {
    clearImmediate(scheduled);
    scheduled = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) {
      return;
    }
    try {
      database.exec("BEGIN IMMEDIATE");
      const settle = batch.map((change) => change.run());
      database.exec("COMMIT");
      for (const resolve of settle) {
        resolve();
      }
    } catch (error) {
      if (database.isTransaction) {
        database.exec("ROLLBACK");
      }
      for (const change of batch) {
        change.fail(asDependencyError(error));
      }
    }
  };

  const commit = <Result>(change: () => Result): Promise<Result> =>
    new Promise((resolve, fail) => {
      waiting.push({
        run: () => {
          const result = change();
          return () => resolve(result);
        },
        fail,
      });
      scheduled ??= setImmediate(flush);
    });

  return { commit, flush };
};

const createRecords = (opened: RecordsDatabase, clock: Clock): SqliteRecords => {
  const { database } = opened;
  const statements = prepareStatements(database);
  const { commit, flush } = createCommitter(database);
  let expiring = 0;
  let open = true;

  const forgetExpired = (): void => {
    statements.forget.run(Math.floor(clock.now().getTime() / 1000));
  };
  const whileOpen = <Result>(read: () => Result): Result => {
    if (!open) {
      throw new DependencyUnavailableError("The records are closed.");
    }
    try {
      return read();
    } catch (error) {
      throw asDependencyError(error);
    }
  };
  const revisionOf = (key: RecordKey): number | undefined => {
    const row = statements.revision.get(key.pk, key.sk);
    return row && Number(row["revision"]);
  };
  const select = (
    from: { readonly ascending: StatementSync; readonly descending: StatementSync },
    partition: string,
    range: Pick<RangeQuery, "from" | "to" | "descending" | "limit">,
  ): readonly StoredRecord[] =>
    whileOpen(() =>
      from[range.descending === true ? "descending" : "ascending"]
        .all(partition, range.from ?? "", range.to ?? HIGHEST, range.limit ?? NO_LIMIT)
        .map(toStored),
    );

  const writeNow = (record: RecordWrite, data: string, condition: WriteCondition): PutResult => {
    const current = revisionOf(record);
    if (!holds(condition, current)) {
      return { written: false };
    }
    const { byTime, byDue, expiresAt } = record;
    const revision = (current ?? 0) + 1;
    const entries = [byTime?.list, byTime?.order, byDue?.list, byDue?.order, expiresAt];
    statements.put.run(record.pk, record.sk, revision, data, ...entries.map((value) => value ?? null));
    expiring += expiresAt === undefined ? 0 : 1;
    if (expiring >= SWEEP_EVERY) {
      expiring = 0;
      forgetExpired();
    }
    return { written: true, revision };
  };

  whileOpen(forgetExpired);

  return {
    get: async (key) =>
      whileOpen(() => {
        const row = statements.get.get(key.pk, key.sk);
        return row && toStored(row);
      }),
    query: async (query: RangeQuery) => select(statements.byKey, query.pk, query),
    list: async (query: ListQuery) => select(statements[query.index], query.list, query),
    put: async (record, condition) =>
      whileOpen(() => {
        // Here, so that what cannot be written as JSON fails alone and not with its neighbours.
        const data = JSON.stringify(record.data);
        return commit(() => writeNow(record, data, condition));
      }),
    remove: async (key, condition) =>
      whileOpen(() =>
        commit(() => {
          const current = revisionOf(key);
          const removed = current !== undefined && holds(condition, current);
          if (removed) {
            statements.remove.run(key.pk, key.sk);
          }
          return { removed };
        }),
      ),
    close: () => {
      if (open) {
        flush();
        open = false;
        opened.close();
      }
    },
  };
};

/** The port, and the way to give the folder back. Closing ends what is being written first. */
export type SqliteRecords = Records & { readonly close: () => void };

/**
 * Records in `<folder>/records.sqlite`, on the disk when a write resolves. One process per folder.
 * Throws `DependencyUnavailableError`, naming the other process, when the folder is in use.
 */
export const openSqliteRecords = (options: {
  readonly folder: string;
  readonly clock: Clock;
}): SqliteRecords => createRecords(openFolderDatabase(options.folder), options.clock);

/** Records in memory, for tests. */
export const openMemoryRecords = (clock: Clock): SqliteRecords => createRecords(openMemoryDatabase(), clock);
