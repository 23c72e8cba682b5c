import { existsSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from "node:sqlite";
import { FULL_DISK, UserError } from "../numerics/user-error.ts";

// Beside disk.ts the one module that changes the disk: SQLite writes `labels.sqlite` or `ratings.sqlite` and, while it does, its journal.

/** A row as SQLite gives it. */
export type Row = Record<string, SQLOutputValue>;

/** What a database holds. */
export interface DatabaseContents {
  /** What people are told it holds. */
  readonly what: string;
  /** The statements that make its tables, with exactly which it is used. */
  readonly schema: string;
}

/** The tables of one database, which is made by the first write. */
export interface AnnotationDatabase {
  /** The rows a query gives; none where there is no file yet. */
  readonly query: (sql: string, ...values: SQLInputValue[]) => Row[];
  /** Runs statements that change rows, all or none of them; on the disk when it returns. */
  readonly change: <T>(work: (run: RunStatement) => T) => T;
  /** Differs after every change, whoever made it. */
  readonly version: () => string;
  readonly close: () => void;
}

/** Runs one statement; returns the id of the row it inserted and how many rows it changed. */
export type RunStatement = (
  sql: string,
  ...values: SQLInputValue[]
) => { readonly id: number; readonly changes: number };

/** "mono" in the file's head, so that no other program's database is taken for ours. */
const APPLICATION_ID = 0x6d6f6e6f;
const SCHEMA_VERSION = 1;
const BUSY_MS = 5000;
const SQLITE = { busy: 5, readOnly: 8, corrupt: 11, full: 13, cannotOpen: 14, notDatabase: 26 };
const PRIMARY_CODE = 0xff;

const LABELS: DatabaseContents = {
  what: "labels",
  schema: `
CREATE TABLE annotations (
  dictionary TEXT NOT NULL,
  feature INTEGER NOT NULL CHECK (feature >= 0),
  weights TEXT NOT NULL,
  label TEXT NOT NULL CHECK (length(label) <= 200),
  note TEXT NOT NULL CHECK (length(note) <= 20000),
  rating INTEGER CHECK (rating BETWEEN 0 AND 14),
  updated TEXT NOT NULL,
  PRIMARY KEY (dictionary, feature)
) STRICT, WITHOUT ROWID;
CREATE TABLE explanations (
  dictionary TEXT NOT NULL,
  feature INTEGER NOT NULL CHECK (feature >= 0),
  method TEXT NOT NULL CHECK (length(method) <= 100),
  weights TEXT NOT NULL,
  text TEXT NOT NULL CHECK (length(text) <= 4000),
  score REAL,
  updated TEXT NOT NULL,
  PRIMARY KEY (dictionary, feature, method)
) STRICT, WITHOUT ROWID;
CREATE TABLE lists (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  title TEXT NOT NULL UNIQUE CHECK (length(title) <= 200),
  updated TEXT NOT NULL
) STRICT;
CREATE TABLE list_items (
  list INTEGER NOT NULL REFERENCES lists ON DELETE CASCADE,
  position INTEGER NOT NULL,
  dictionary TEXT NOT NULL,
  feature INTEGER NOT NULL CHECK (feature >= 0),
  note TEXT NOT NULL CHECK (length(note) <= 20000),
  PRIMARY KEY (list, position)
) STRICT, WITHOUT ROWID;
`,
};

/**
 * The database at `path`, of labels unless told otherwise. A rollback journal and `synchronous = EXTRA`: at rest it is one file that can be copied, and what was
 * answered survives a power cut. Several processes may use it at once. A file that was exchanged meanwhile is opened anew; one that
 * is damaged, or not ours, is a `UserError`.
 */
export function openAnnotationDatabase(path: string, contents = LABELS): AnnotationDatabase {
  let open: { readonly database: DatabaseSync; readonly inode: number } | undefined;
  let changes = 0;
  const close = () => {
    open?.database.close();
    open = undefined;
  };
  const connect = (): DatabaseSync => {
    const inode = readInode(path);
    if (open !== undefined && open.inode === inode) return open.database;
    close();
    const database = connectTo(path, contents, inode === undefined);
    open = { database, inode: readInode(path)! };
    return database;
  };
  const explaining = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw explainDatabaseError(error, path, contents.what);
    }
  };
  return {
    query: (sql, ...values) =>
      explaining(() =>
        existsSync(path)
          ? connect()
              .prepare(sql)
              .all(...values)
          : [],
      ) as Row[],
    change: (work) =>
      explaining(() => {
        const result = inTransaction(connect(), work);
        changes++;
        return result;
      }),
    version: () =>
      explaining(() => {
        if (!existsSync(path)) return "none";
        const row = connect().prepare("PRAGMA data_version").get()!;
        return `${open!.inode} ${String(row.data_version)} ${changes}`;
      }),
    close,
  };
}

function connectTo(path: string, contents: DatabaseContents, isNew: boolean): DatabaseSync {
  if (isNew && !existsSync(dirname(path)))
    throw new UserError(`${dirname(path)} does not exist yet: ${contents.what} can be kept once the run has begun`);
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    database.exec("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA synchronous = EXTRA");
    if (isNew || readNumber(database, "PRAGMA user_version") === 0)
      inTransaction(database, () => createTables(database, contents));
    checkIsOurs(database, path, contents);
    database.exec("PRAGMA journal_mode = DELETE");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Another process may have been faster, and what is there may be another program's. */
function createTables(database: DatabaseSync, { schema }: DatabaseContents): void {
  if (readNumber(database, "PRAGMA user_version") !== 0 || readSchema(database) !== "") return;
  database.exec(`${schema} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
}

/** A database may hold triggers and views that do things: only exactly our tables are used. */
function checkIsOurs(database: DatabaseSync, path: string, { what, schema }: DatabaseContents): void {
  const version = readNumber(database, "PRAGMA user_version");
  const ours = readNumber(database, "PRAGMA application_id") === APPLICATION_ID;
  if (ours && version > SCHEMA_VERSION)
    throw new UserError(`${path} was written by a newer version of monosem; update this one to read it`);
  if (!ours || readSchema(database) !== tidy(schema))
    throw new UserError(`${path} is not a file of monosem's ${what}: move it away and import your ${what} from a copy`);
}

function readSchema(database: DatabaseSync): string {
  const rows = database.prepare("SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY rowid").all();
  return tidy(rows.map(({ sql }) => `${String(sql)};`).join("\n"));
}

function tidy(sql: string): string {
  return sql.replace(/\s+/g, " ").trim();
}

function readNumber(database: DatabaseSync, pragma: string): number {
  return Number(Object.values(database.prepare(pragma).get()!)[0]);
}

function inTransaction<T>(database: DatabaseSync, work: (run: RunStatement) => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work((sql, ...values) => {
      const { lastInsertRowid, changes } = database.prepare(sql).run(...values);
      return { id: Number(lastInsertRowid), changes: Number(changes) };
    });
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function readInode(path: string): number | undefined {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry !== undefined && !entry.isFile())
    throw new UserError(`${path} is no file: remove the link or folder that stands in its place`);
  return entry?.ino;
}

function explainDatabaseError(error: unknown, path: string, what: string): unknown {
  const { errcode, message } = error as Error & { readonly errcode?: number };
  if (error instanceof UserError || errcode === undefined) return error;
  switch (errcode & PRIMARY_CODE) {
    case SQLITE.busy:
      return new UserError(`${path} is being written by another program; try again in a moment`);
    case SQLITE.full:
      return new UserError(`no space left to write ${path}; nothing was changed: free some space`, FULL_DISK);
    case SQLITE.readOnly:
    case SQLITE.cannotOpen:
      return new UserError(`cannot write ${path}: ${message}; give it write permission`);
    case SQLITE.corrupt:
    case SQLITE.notDatabase:
      return new UserError(`${path} is damaged: move it away and import your ${what} from a copy`);
    default:
      return new UserError(`${path} could not be used: ${message}`);
  }
}
