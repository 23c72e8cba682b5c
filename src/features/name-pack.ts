const DIGITS = 16;

/** What a pack is called in addresses: the table and the records asked for under one name belong together. */
export function namePack({
  files,
}: {
  readonly files: { readonly "records.bin": { readonly sha256: string } };
}): string {
  return files["records.bin"].sha256.slice(0, DIGITS);
}
