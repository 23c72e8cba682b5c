import { DatabaseSync } from "node:sqlite";
import { listWords, parseQuery } from "../features/search-words.ts";

/** Words of features, in memory, found by their beginnings. */
export interface SearchIndex {
  /** Replaces all that is known of some features; many at once are written faster. */
  readonly write: (texts: Iterable<readonly [feature: number, text: string]>) => void;
  /** Numbers of the features that have, for each word of the query, a word beginning with it; a JSON array in rising order. */
  readonly search: (query: string) => string;
  readonly close: () => void;
}

/** Letters, digits, marks, punctuation and symbols make words: tokens of code can be searched for as they are. */
const TOKENIZER = "unicode61 remove_diacritics 2 categories 'L* M* N* P* S* Co'";

/** An index without features. Upper and lower case are the same in it, and so are Latin letters with and without accents. */
export function createSearchIndex(): SearchIndex {
  const database = new DatabaseSync(":memory:");
  database.exec(
    `CREATE VIRTUAL TABLE words USING fts5(word, content='', contentless_delete=1, detail=none, prefix='1', tokenize="${TOKENIZER}")`,
  );
  const remove = database.prepare("DELETE FROM words WHERE rowid = ?");
  const insert = database.prepare("INSERT INTO words (rowid, word) VALUES (?, ?)");
  const find = database.prepare("SELECT json_group_array(rowid) AS features FROM words WHERE words MATCH ?");
  // The engine's own tables have row numbers beyond 2^53, and the last one is told after each change.
  for (const statement of [remove, insert]) statement.setReadBigInts(true);
  const known = new Set<number>();
  return {
    write: (texts) => {
      database.exec("BEGIN");
      for (const [feature, text] of texts) {
        if (known.has(feature)) remove.run(feature);
        known.add(feature);
        insert.run(feature, listWords(text).join(" "));
      }
      database.exec("COMMIT");
    },
    search: (query) => {
      const expression = renderExpression(query);
      return expression === "" ? "[]" : String(find.get(expression)!.features);
    },
    close: () => database.close(),
  };
}

/** A query in FTS5's syntax: every word is a quoted string, so that nothing in it is an operator. */
function renderExpression(query: string): string {
  return parseQuery(query)
    .map((word) => `"${word.replaceAll('"', '""')}"*`)
    .join(" AND ");
}
