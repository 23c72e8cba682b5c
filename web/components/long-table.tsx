import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { formatCount } from "../text/format-number.ts";
import { ScrollRegion } from "./scroll-region.tsx";

const AT_ONCE = 50;

/** A table of many rows, some of them at a time. */
export function LongTable<Row>(props: {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly render: (row: Row) => ComponentChildren;
}) {
  const { caption, columns, rows, render } = props;
  const [count, setCount] = useState(AT_ONCE);
  return (
    <>
      <ScrollRegion label={caption}>
        <table class="figures match-table">
          <caption class="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th scope="col" key={column}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{rows.slice(0, count).map(render)}</tbody>
        </table>
      </ScrollRegion>
      {count < rows.length && (
        <button type="button" class="button" onClick={() => setCount(2 * count)}>
          Show more of {formatCount(rows.length)}
        </button>
      )}
    </>
  );
}
