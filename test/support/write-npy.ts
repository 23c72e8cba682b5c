import { writeFileSync } from "node:fs";

/** Writes rows [any, width] as NumPy does (format 1.0). */
export function writeNpy(path: string, rows: Float32Array | Float16Array, width: number): void {
  const descr = rows instanceof Float16Array ? "<f2" : "<f4";
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${rows.length / width}, ${width}), }`;
  const padded = `${header.padEnd(117)}\n`;
  const magic = Buffer.from(`\u0093NUMPY\u0001\u0000${String.fromCharCode(padded.length)}\u0000`, "latin1");
  writeFileSync(
    path,
    Buffer.concat([magic, Buffer.from(padded), new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)]),
  );
}
