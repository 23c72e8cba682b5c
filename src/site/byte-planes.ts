/** Bytes rearranged so that those at places of the same remainder by `planes` stand together. */
export function splitPlanes(bytes: Uint8Array, planes: number): Uint8Array<ArrayBuffer> {
  const split = new Uint8Array(bytes.byteLength);
  let at = 0;
  for (let plane = 0; plane < planes; plane++)
    for (let place = plane; place < bytes.byteLength; place += planes) split[at++] = bytes[place]!;
  return split;
}

/** Undoes `splitPlanes`. */
export function joinPlanes(split: Uint8Array, planes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(split.byteLength);
  let at = 0;
  for (let plane = 0; plane < planes; plane++)
    for (let place = plane; place < bytes.byteLength; place += planes) bytes[place] = split[at++]!;
  return bytes;
}
