import { joinPlanes } from "../../src/site/byte-planes.ts";
import { takeRecord } from "../../src/site/record-file.ts";
import { nameAnswerFile, nameRecordFile, type SiteIndex } from "../../src/site/site-index.ts";
import type { DataSource } from "./data-source.ts";
import type { FileReader } from "./read-site-file.ts";
import { createCopySearch } from "./search-copy.ts";

const FEATURE = /^\/api\/d\/([^/]+)\/features\/(\d{1,9})$/;
const SEARCH = /^\/api\/d\/([^/]+)\/search\?q=(.*)$/;
const KEPT_FILES = 24;

/** Data from the files of a static copy, found by their addresses on the server. */
export function createStaticSource(index: SiteIndex, readFile: FileReader): DataSource {
  const files = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  const fetchRecord = async (dictionary: string, feature: number) => {
    const { features, perFile } = index.records[dictionary] ?? { features: 0, perFile: 1 };
    if (feature >= features) throw new Error(describeMissingFeature(feature, features));
    const name = nameRecordFile(dictionary, Math.floor(feature / perFile));
    const file = keep(files, name, () => readFile(name));
    return takeRecord(await file, feature % perFile);
  };
  const fetchBytes: DataSource["fetchBytes"] = async (asked, signal) => {
    // A copy holds one pack of each dictionary.
    const address = asked.replace(/\?pack=[0-9a-f]+$/, "");
    const stored = index.answers[address];
    if (stored !== undefined) {
      const bytes = await readFile(nameAnswerFile(address), stored.bytes, signal);
      return stored.planes === 1 ? bytes : joinPlanes(bytes, stored.planes);
    }
    const [, dictionary, feature] = FEATURE.exec(address) ?? [];
    if (dictionary !== undefined) return fetchRecord(dictionary, Number(feature));
    const [, searched, query] = SEARCH.exec(address) ?? [];
    if (searched !== undefined) return encodeJson(await search(searched, decodeURIComponent(query ?? "")));
    throw new Error(`This copy does not hold ${address}: it was made without it.`);
  };
  const search = createCopySearch(fetchBytes);
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
    // biome-ignore lint/correctness/useYield: it has nothing to give.
    streamLines: async function* () {
      throw new Error("This is a copy without a server: it computes in the page.");
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

function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

function describeMissingFeature(feature: number, features: number): string {
  if (features === 0) return "This copy holds no such feature.";
  return `There is no feature ${feature}: they are numbered 0 to ${features - 1}.`;
}
