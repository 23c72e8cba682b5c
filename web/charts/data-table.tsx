import { useState } from "preact/hooks";
import { ScrollRegion } from "../components/scroll-region.tsx";

/** What a chart shows, as a table that is there once it is opened. */
export interface DataTableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: () => readonly (readonly string[])[];
}

/** The way to a chart's table; closed it costs nothing. */
export function DataTable(props: DataTableProps) {
  const [open, setOpen] = useState(false);
  return (
    <details class="chart-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>View as table</summary>
      {open && <OpenTable {...props} />}
    </details>
  );
}

function OpenTable({ caption, columns, rows }: DataTableProps) {
  return (
    <ScrollRegion label={`${caption}, as a table`}>
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col">{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows().map((row) => (
            <tr>
              {row.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
