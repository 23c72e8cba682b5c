import { UserError } from "../numerics/user-error.ts";
import { type AnnotationDatabase, openAnnotationDatabase, type Row, type RunStatement } from "./annotation-database.ts";
import {
  ANNOTATION_LIMITS,
  type Annotation,
  type AnnotationChange,
  type DictionaryAnnotations,
  type Explanation,
  type FeatureList,
  type ListItem,
} from "./annotation-schema.ts";

/** Which feature, of which weights of its dictionary (SHA-256 of the directions, empty where not known). */
export interface AnnotatedFeature {
  readonly dictionary: string;
  readonly feature: number;
  readonly weights: string;
}

/** Labels, notes, ratings, explanations and lists of one run. */
export interface Annotations {
  /** What was written about a dictionary, by feature; what was written about other weights than these is marked. */
  readonly read: (dictionary: string, weights: string) => DictionaryAnnotations;
  readonly change: (of: AnnotatedFeature, change: AnnotationChange, now: string) => Annotation;
  /** Keeps what a method says about features in place of what it said before. */
  readonly explain: (
    of: Omit<AnnotatedFeature, "feature"> & { readonly method: string },
    said: readonly Pick<Explanation, "feature" | "text" | "score">[],
    now: string,
  ) => void;
  readonly lists: () => readonly FeatureList[];
  readonly createList: (title: string, now: string) => FeatureList;
  /** Undefined where there is no such list. */
  readonly changeList: (id: number, title: string, items: readonly ListItem[], now: string) => FeatureList | undefined;
  /** Whether there was such a list. */
  readonly deleteList: (id: number) => boolean;
  /** Differs after every change, whoever made it. */
  readonly version: () => string;
  readonly close: () => void;
}

/** The annotations in the database at `path`, which is made by the first change. Values are taken as checked. */
export function openAnnotations(path: string): Annotations {
  const database = openAnnotationDatabase(path);
  return {
    read: (dictionary, weights) => readDictionary(database, dictionary, weights),
    change: (of, change, now) => database.change((run) => changeAnnotation(database, run, of, change, now)),
    explain: ({ dictionary, weights, method }, said, now) =>
      database.change((run) => {
        for (const { feature, text, score } of said)
          run(
            "INSERT OR REPLACE INTO explanations VALUES (?, ?, ?, ?, ?, ?, ?)",
            ...[dictionary, feature, method, weights, text, score, now],
          );
      }),
    lists: () => readLists(database),
    createList: (title, now) =>
      database.change((run) => {
        checkTitle(database, title, 0);
        const { id } = run("INSERT INTO lists (title, updated) VALUES (?, ?)", title, now);
        return { id, title, items: [], updated: now };
      }),
    changeList: (id, title, items, now) =>
      database.change((run) => {
        checkTitle(database, title, id);
        const { changes } = run("UPDATE lists SET title = ?, updated = ? WHERE id = ?", title, now, id);
        if (changes === 0) return undefined;
        writeListItems(run, id, items);
        return { id, title, items, updated: now };
      }),
    deleteList: (id) => database.change((run) => run("DELETE FROM lists WHERE id = ?", id).changes > 0),
    version: database.version,
    close: database.close,
  };
}

/** Replaces the items of a list. */
export function writeListItems(run: RunStatement, list: number, items: readonly ListItem[]): void {
  run("DELETE FROM list_items WHERE list = ?", list);
  for (const [position, { dictionary, feature, note }] of items.entries())
    run("INSERT INTO list_items VALUES (?, ?, ?, ?, ?)", list, position, dictionary, feature, note);
}

/** All lists, those changed last first. */
export function readLists(database: AnnotationDatabase): FeatureList[] {
  const items = Map.groupBy(database.query("SELECT * FROM list_items ORDER BY list, position"), ({ list }) => list);
  return database.query("SELECT * FROM lists ORDER BY updated DESC, id DESC").map(({ id, title, updated }) => ({
    id: Number(id),
    title: String(title),
    items: (items.get(id!) ?? []).map(parseItem),
    updated: String(updated),
  }));
}

function parseItem({ dictionary, feature, note }: Row): ListItem {
  return { dictionary: String(dictionary), feature: Number(feature), note: String(note) };
}

function readDictionary(database: AnnotationDatabase, dictionary: string, weights: string): DictionaryAnnotations {
  const annotations = database.query("SELECT * FROM annotations WHERE dictionary = ? ORDER BY feature", dictionary);
  const explanations = database.query(
    "SELECT * FROM explanations WHERE dictionary = ? ORDER BY feature, method",
    dictionary,
  );
  return {
    annotations: annotations.map((row) => parseAnnotation(row, weights)),
    explanations: explanations.map((row) => ({
      feature: Number(row.feature),
      text: String(row.text),
      method: String(row.method),
      score: row.score === null ? null : Number(row.score),
      stale: isStale(row, weights),
    })),
  };
}

function parseAnnotation(row: Row, weights: string): Annotation {
  return {
    feature: Number(row.feature),
    label: String(row.label),
    note: String(row.note),
    rating: row.rating === null ? null : Number(row.rating),
    updated: String(row.updated),
    stale: isStale(row, weights),
  };
}

function isStale(row: Row, weights: string): boolean {
  return row.weights !== "" && weights !== "" && row.weights !== weights;
}

function changeAnnotation(
  database: AnnotationDatabase,
  run: RunStatement,
  { dictionary, feature, weights }: AnnotatedFeature,
  change: AnnotationChange,
  now: string,
): Annotation {
  const where = "WHERE dictionary = ? AND feature = ?";
  const [row] = database.query(`SELECT * FROM annotations ${where}`, dictionary, feature);
  const before = row === undefined ? { label: "", note: "", rating: null } : parseAnnotation(row, weights);
  const label = change.label ?? before.label;
  const note = change.note ?? before.note;
  const rating = change.rating === undefined ? before.rating : change.rating;
  if (label === "" && note === "" && rating === null) run(`DELETE FROM annotations ${where}`, dictionary, feature);
  else
    run(
      "INSERT OR REPLACE INTO annotations VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[dictionary, feature, weights, label, note, rating, now],
    );
  return { feature, label, note, rating, updated: now, stale: false };
}

function checkTitle(database: AnnotationDatabase, title: string, id: number): void {
  const [other] = database.query("SELECT id FROM lists WHERE title = ? AND id <> ?", title, id);
  if (other !== undefined) throw new UserError(`there is a list named ${JSON.stringify(title)} already`, 2);
  const [row] = database.query("SELECT count(*) AS count FROM lists WHERE id <> ?", id);
  if (Number(row?.count) >= ANNOTATION_LIMITS.lists)
    throw new UserError(`there are ${ANNOTATION_LIMITS.lists} lists already: delete one first`, 2);
}
