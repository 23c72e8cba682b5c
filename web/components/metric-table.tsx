import { ScrollRegion } from "./scroll-region.tsx";

/** A figure with what it can be compared with. */
export interface MetricRow {
  readonly name: string;
  readonly value: string;
  readonly interval?: string;
  readonly paper?: string;
}

/** Figures in rows: value, 95 % interval, the paper's value. Columns that no row fills are left out. */
export function MetricTable({ caption, rows }: { readonly caption: string; readonly rows: readonly MetricRow[] }) {
  const intervals = rows.some(({ interval }) => interval !== undefined);
  const papers = rows.some(({ paper }) => paper !== undefined);
  return (
    <ScrollRegion label={caption}>
      <table class="figures">
        <caption class="visually-hidden">{caption}</caption>
        {(intervals || papers) && (
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">Figure</span>
              </th>
              <th scope="col">value</th>
              {intervals && <th scope="col">95 % interval</th>}
              {papers && <th scope="col">paper's A/1</th>}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <td>{row.value}</td>
              {intervals && <td class="soft">{row.interval}</td>}
              {papers && <td class="soft">{row.paper}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
