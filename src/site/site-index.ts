/** Version of the layout of a static copy. */
export const SITE_FORMAT = 1;

/** Where the exported page finds the index: a data block of its own `index.html`. */
export const SITE_INDEX_ID = "site-index";

/** Where a copy that is a single file has its files, in base64 by name. */
export const SITE_FILES_ID = "site-files";

/** How an answer is stored: gzip'd, its bytes before that as they are or taken apart into planes. */
export interface StoredAnswer {
  /** Size of the file. */
  readonly bytes: number;
  /** 4 where byte i stands in plane i mod 4, the planes one after another: float32 numbers compress better so. */
  readonly planes: 1 | 4;
}

/** What a static copy holds: the answers to addresses of the server, as files. */
export interface SiteIndex {
  readonly format: typeof SITE_FORMAT;
  /** Folder of the data, relative to the page and named after its contents. */
  readonly folder: string;
  /** Size and form of the answer to each address that has a file of its own. */
  readonly answers: Readonly<Record<string, StoredAnswer>>;
  /** How the records of each dictionary's features are spread over files. */
  readonly records: Readonly<Record<string, RecordFiles>>;
}

/** Features 0 to `perFile - 1` are in file 0, and so on. */
export interface RecordFiles {
  readonly features: number;
  readonly perFile: number;
}

/** The file of an answer, relative to the folder of the data. */
export function nameAnswerFile(address: string): string {
  return `${address.replace(/^\/api\//, "")}.bin`;
}

/** The file of some features' records, relative to the folder of the data. */
export function nameRecordFile(dictionary: string, file: number): string {
  return `d/${dictionary}/features/${file}.bin`;
}
