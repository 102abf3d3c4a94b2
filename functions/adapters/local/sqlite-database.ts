import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CorruptRecordError, DependencyUnavailableError } from "#contracts/errors.ts";

/** How long an opener waits for a process that is just ending. */
const BUSY_TIMEOUT_MS = 1_000;
const SCHEMA_VERSION = 1;

/** https://www.sqlite.org/rescode.html: the primary result code is the low byte. */
const SQLITE_BUSY = 5;
const UNAVAILABLE_CODES = new Set([
  SQLITE_BUSY,
  6 /* LOCKED */,
  10 /* IOERR */,
  13 /* FULL */,
  14 /* CANTOPEN */,
]);

/**
 * `locking_mode` EXCLUSIVE keeps SQLite's own file lock until the database is closed. The operating system drops it
 * when the process dies, however it dies, so there is no stale lock and no pid that was given to somebody else.
 */
const OPEN = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
`;

const SCHEMA = `
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS items (
    pk TEXT NOT NULL,
    sk TEXT NOT NULL,
    revision INTEGER NOT NULL,
    data TEXT NOT NULL,
    timePk TEXT,
    timeSk TEXT,
    duePk TEXT,
    dueSk TEXT,
    expiresAt INTEGER,
    PRIMARY KEY (pk, sk)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS byTime ON items (timePk, timeSk) WHERE timePk IS NOT NULL;
  CREATE INDEX IF NOT EXISTS byDue ON items (duePk, dueSk) WHERE duePk IS NOT NULL;
  CREATE INDEX IF NOT EXISTS byExpiry ON items (expiresAt) WHERE expiresAt IS NOT NULL;
  PRAGMA user_version = ${SCHEMA_VERSION};
  COMMIT;
`;

const resultCode = (error: unknown): number | undefined =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number"
    ? error.errcode & 0xff
    : undefined;

/** A full or failing disk and a lock held by others may pass; anything else is ours to mend. */
export const asDependencyError = (error: unknown): unknown => {
  const code = resultCode(error);
  return code !== undefined && UNAVAILABLE_CODES.has(code)
    ? new DependencyUnavailableError(`The records cannot be written or read: SQLite result ${code}.`, {
        cause: error,
      })
    : error;
};

const holderOf = (lockFile: string): string => {
  try {
    const pid = readFileSync(lockFile, "utf8").trim();
    return /^\d+$/.test(pid) ? `process ${pid}` : "another process";
  } catch {
    return "another process";
  }
};

const checkVersion = (database: DatabaseSync, folder: string): void => {
  const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
  if (version !== 0 && version !== SCHEMA_VERSION) {
    throw new CorruptRecordError(`${folder} holds records of version ${version}, not ${SCHEMA_VERSION}.`);
  }
};

export type RecordsDatabase = { readonly database: DatabaseSync; readonly close: () => void };

/** A database that is gone when it is closed. */
export const openMemoryDatabase = (): RecordsDatabase => {
  const database = new DatabaseSync(":memory:");
  database.exec(SCHEMA);
  return { database, close: () => database.close() };
};

/**
 * The folder's database, `records.sqlite`, for this process alone; `records.lock` names its pid.
 * Throws `DependencyUnavailableError`, naming the process, when another one has the folder.
 */
export const openFolderDatabase = (folder: string): RecordsDatabase => {
  mkdirSync(folder, { recursive: true });
  const lockFile = join(folder, "records.lock");
  const database = new DatabaseSync(join(folder, "records.sqlite"), { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec(OPEN);
    checkVersion(database, folder);
    database.exec(SCHEMA);
    writeFileSync(lockFile, `${process.pid}\n`);
  } catch (error) {
    database.close();
    if (resultCode(error) === SQLITE_BUSY) {
      throw new DependencyUnavailableError(
        `${folder} is in use by ${holderOf(lockFile)}: end it, or take another folder.`,
        { cause: error },
      );
    }
    throw asDependencyError(error);
  }
  return {
    database,
    close: () => {
      // Before the lock goes: afterwards the file may already be the next process's.
      rmSync(lockFile, { force: true });
      database.close();
    },
  };
};
