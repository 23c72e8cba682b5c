/** Reads a file of a static copy and unpacks it; throws an `Error` with a sentence where its size is not the one wanted. */
export type FileReader = (name: string, wanted?: number, signal?: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;

/** Files in a folder beside the page. */
export function createFolderReader(folder: string, base: string): FileReader {
  return async (name, wanted, signal) => {
    const address = new URL(`${folder}/${name}`, base);
    const response = await fetch(address, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      if (signal?.aborted === true) throw error;
      throw new Error("The host of this page does not answer.");
    });
    if (!response.ok) throw new Error(`${name} of this copy is missing on its host (status ${response.status}).`);
    return unpack(name, await response.arrayBuffer(), wanted);
  };
}

/** Files within the page, in base64. */
export function createEmbeddedReader(files: Readonly<Record<string, string>>): FileReader {
  return (name, wanted) =>
    unpack(name, Uint8Array.from(atob(files[name] ?? ""), (character) => character.charCodeAt(0)).buffer, wanted);
}

async function unpack(name: string, packed: ArrayBuffer, wanted: number | undefined): Promise<Uint8Array<ArrayBuffer>> {
  if (wanted !== undefined && packed.byteLength !== wanted)
    throw new Error(`${name} of this copy has ${packed.byteLength} bytes, wanted ${wanted}: upload it again.`);
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = await new Response(plain).arrayBuffer().catch(() => {
    throw new Error(`${name} of this copy is damaged: upload it again.`);
  });
  return new Uint8Array(bytes);
}
