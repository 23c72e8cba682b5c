import { readFileSync } from "node:fs";
import { UserError } from "../numerics/user-error.ts";
import { type AnnotationDatabase, openAnnotationDatabase, type RunStatement } from "./annotation-database.ts";
import {
  type AnnotationFile,
  annotationFileSchema,
  parseAnnotations,
  parseAnnotationText,
} from "./annotation-schema.ts";
import { readLists, writeListItems } from "./annotations.ts";

/** What an import did with the entries of a file. */
export interface ImportCount {
  /** Entries that were not there. */
  readonly added: number;
  /** Entries that were there and older. */
  readonly replaced: number;
  /** Entries that were there, as new or newer, and stay. */
  readonly kept: number;
}

/** An annotation, an explanation or a list, and where it goes. */
interface Entry {
  readonly updated: string;
  readonly find: readonly [sql: string, ...key: (string | number)[]];
  readonly write: (run: RunStatement, updated: string) => void;
}

const LARGEST_FILE = 200_000_000;

/** All that users wrote, ordered, so that equal contents give equal bytes. */
export function exportAnnotations(path: string): AnnotationFile {
  return usingDatabase(path, (database) => {
    const rows = (table: string, order: string) =>
      database
        .query(`SELECT * FROM ${table} ORDER BY ${order}`)
        .map(({ weights, ...row }) => ({ ...row, dictionarySha256: weights }));
    const lists = readLists(database).map(({ title, items, updated }) => ({ title, items, updated }));
    return parseAnnotations(
      annotationFileSchema,
      {
        format: "monosem-annotations",
        version: 1,
        annotations: rows("annotations", "dictionary, feature"),
        explanations: rows("explanations", "dictionary, feature, method"),
        lists: lists.sort((a, b) => (a.title < b.title ? -1 : 1)),
      },
      path,
    );
  });
}

/**
 * Merges a file into what is there: what is not there is added, and of two annotations of a feature, two explanations by one
 * method or two lists of one title, the one changed last stays. Nothing is deleted; a second import of the same file changes nothing.
 */
export function importAnnotations(path: string, file: AnnotationFile, now: string): ImportCount {
  return usingDatabase(path, (database) => {
    const count = { added: 0, replaced: 0, kept: 0 };
    database.change((run) => {
      for (const entry of listEntries(database, file)) count[mergeEntry(database, run, entry, now)]++;
    });
    return count;
  });
}

function mergeEntry(
  database: AnnotationDatabase,
  run: RunStatement,
  { updated, find, write }: Entry,
  now: string,
): keyof ImportCount {
  // An entry from a clock that is ahead must not win for ever.
  const time = updated < now ? updated : now;
  const [known] = database.query(...find);
  if (known !== undefined && String(known.updated) >= time) return "kept";
  write(run, time);
  return known === undefined ? "added" : "replaced";
}

/** A file of annotations, checked; anything else is a `UserError`. */
export function readAnnotationFile(path: string): AnnotationFile {
  const bytes = readFileSync(path === "-" ? 0 : path);
  if (bytes.byteLength > LARGEST_FILE)
    throw new UserError(`${path} has ${bytes.byteLength} bytes, at most ${LARGEST_FILE} are read`, 2);
  return parseAnnotationText(annotationFileSchema, bytes.toString("utf8"), path === "-" ? "standard input" : path);
}

function listEntries(database: AnnotationDatabase, file: AnnotationFile): Entry[] {
  return [
    ...file.annotations.map(({ dictionary, dictionarySha256, feature, label, note, rating, updated }): Entry => {
      const find = "SELECT updated FROM annotations WHERE dictionary = ? AND feature = ?";
      return {
        updated,
        find: [find, dictionary, feature],
        write: (run, time) => {
          const values = [dictionary, feature, dictionarySha256, label, note, rating, time];
          run("INSERT OR REPLACE INTO annotations VALUES (?, ?, ?, ?, ?, ?, ?)", ...values);
        },
      };
    }),
    ...file.explanations.map(({ dictionary, dictionarySha256, feature, method, text, score, updated }): Entry => {
      const find = "SELECT updated FROM explanations WHERE dictionary = ? AND feature = ? AND method = ?";
      return {
        updated,
        find: [find, dictionary, feature, method],
        write: (run, time) => {
          const values = [dictionary, feature, method, dictionarySha256, text, score, time];
          run("INSERT OR REPLACE INTO explanations VALUES (?, ?, ?, ?, ?, ?, ?)", ...values);
        },
      };
    }),
    ...file.lists.map(({ title, items, updated }): Entry => {
      return {
        updated,
        find: ["SELECT updated FROM lists WHERE title = ?", title],
        write: (run, time) => {
          run(
            "INSERT INTO lists (title, updated) VALUES (?, ?) ON CONFLICT (title) DO UPDATE SET updated = ?2",
            title,
            time,
          );
          const [list] = database.query("SELECT id FROM lists WHERE title = ?", title);
          writeListItems(run, Number(list!.id), items);
        },
      };
    }),
  ];
}

function usingDatabase<T>(path: string, work: (database: AnnotationDatabase) => T): T {
  const database = openAnnotationDatabase(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
