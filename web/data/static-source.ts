import { joinPlanes } from "../../src/site/byte-planes.ts";
import { takeRecord } from "../../src/site/record-file.ts";
import { nameAnswerFile, nameRecordFile, type SiteIndex } from "../../src/site/site-index.ts";
import type { DataSource } from "./data-source.ts";

const FEATURE = /^\/api\/d\/([^/]+)\/features\/(\d{1,9})$/;
const KEPT_FILES = 24;

/** Data from the files of a static copy, found by their addresses on the server. `base` is the address of its page. */
export function createStaticSource(index: SiteIndex, base: string): DataSource {
  const files = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  const fetchFile = (name: string, bytes: number | undefined, signal?: AbortSignal) =>
    readFile(new URL(`${index.folder}/${name}`, base), name, bytes, signal);
  const fetchRecord = async (dictionary: string, feature: number) => {
    const { features, perFile } = index.records[dictionary] ?? { features: 0, perFile: 1 };
    if (feature >= features) throw new Error(describeMissingFeature(feature, features));
    const name = nameRecordFile(dictionary, Math.floor(feature / perFile));
    const file = keep(files, name, () => fetchFile(name, undefined));
    return takeRecord(await file, feature % perFile);
  };
  const fetchBytes: DataSource["fetchBytes"] = async (address, signal) => {
    const [, dictionary, feature] = FEATURE.exec(address) ?? [];
    if (dictionary !== undefined) return fetchRecord(dictionary, Number(feature));
    const stored = index.answers[address];
    if (stored === undefined) throw new Error(`This copy does not hold ${address}: it was made without it.`);
    const bytes = await fetchFile(nameAnswerFile(address), stored.bytes, signal);
    return stored.planes === 1 ? bytes : joinPlanes(bytes, stored.planes);
  };
  return {
    fetchBytes,
    openEvents: (address, { receive, setLost }) => {
      const closed = new AbortController();
      fetchBytes(address, closed.signal).then(
        (bytes) => {
          for (const event of JSON.parse(new TextDecoder().decode(bytes)) as unknown[])
            if (!closed.signal.aborted) receive(event);
        },
        () => closed.signal.aborted || setLost(true),
      );
      return () => closed.abort();
    },
    send: () =>
      Promise.reject(
        new Error("This is a copy to read: labels, notes and lists are changed where monosem serves the run itself."),
      ),
  };
}

function keep<T>(known: Map<string, Promise<T>>, name: string, load: () => Promise<T>): Promise<T> {
  const value = known.get(name) ?? load();
  known.delete(name);
  known.set(name, value);
  value.catch(() => known.delete(name));
  if (known.size > KEPT_FILES) known.delete(known.keys().next().value!);
  return value;
}

/** The content of a gzip'd file of the copy. */
async function readFile(
  address: URL,
  name: string,
  wanted: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new Error("The host of this page does not answer.");
  });
  if (!response.ok) throw new Error(`${name} of this copy is missing on its host (status ${response.status}).`);
  const packed = await response.arrayBuffer();
  if (wanted !== undefined && packed.byteLength !== wanted)
    throw new Error(`${name} of this copy has ${packed.byteLength} bytes, wanted ${wanted}: upload it again.`);
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = await new Response(plain).arrayBuffer().catch(() => {
    throw new Error(`${name} of this copy is damaged: upload it again.`);
  });
  return new Uint8Array(bytes);
}

function describeMissingFeature(feature: number, features: number): string {
  if (features === 0) return "This copy holds no features of that dictionary.";
  return `There is no feature ${feature}: they are numbered 0 to ${features - 1}.`;
}
