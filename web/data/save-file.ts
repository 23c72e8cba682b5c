import { renderCsv as renderRows } from "../../src/interchange/csv.ts";

/** Rows of a table that can be saved: a title for each column, then the values. */
export interface SavedTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

const TYPES = {
  html: "text/html;charset=utf-8",
  csv: "text/csv;charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
} as const;

/** Hands a text to the browser as a file to keep. */
export function saveFile(name: string, kind: keyof typeof TYPES, text: string): void {
  save(`${name}.${kind}`, new Blob([text], { type: TYPES[kind] }));
}

/** Hands bytes to the browser as a file to keep. */
export function saveBytes(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  save(name, new Blob([bytes], { type: "application/octet-stream" }));
}

function save(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A table as comma-separated values. */
export function renderCsv({ columns, rows }: SavedTable): string {
  return renderRows([columns, ...rows]);
}
