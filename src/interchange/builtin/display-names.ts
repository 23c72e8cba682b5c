const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Names that the runtime's CLDR data knows in one language. */
export interface DisplayNameLists {
  readonly regions: readonly string[];
  readonly languages: readonly string[];
  readonly currencies: readonly string[];
  readonly scripts: readonly string[];
  readonly calendars: readonly string[];
}

const SCRIPTS =
  `Arab Armn Beng Bopo Brai Cher Copt Cyrl Deva Egyp Ethi Geor Goth Grek Gujr Guru Hang Hani Hans Hant Hebr Hira
  Jpan Kana Khmr Knda Kore Laoo Latn Mlym Mong Mymr Orya Runr Sinh Syrc Taml Telu Tfng Thaa Thai Tibt Vaii Zsym`.split(
    /\s+/,
  );
const CALENDARS =
  "buddhist chinese coptic dangi ethiopic gregory hebrew indian islamic iso8601 japanese persian roc".split(" ");

/** Collects the names of regions, languages, currencies, scripts and calendars in the language `tag`, in code order. */
export function listDisplayNames(tag: string): DisplayNameLists {
  const pairs = [...LETTERS].flatMap((first) => [...LETTERS].map((second) => first + second));
  return {
    regions: collect(tag, "region", pairs),
    languages: collect(
      tag,
      "language",
      pairs.map((pair) => pair.toLowerCase()),
    ),
    currencies: collect(tag, "currency", Intl.supportedValuesOf("currency")),
    scripts: collect(tag, "script", SCRIPTS),
    calendars: collect(tag, "calendar", CALENDARS),
  };
}

function collect(tag: string, type: Intl.DisplayNamesOptions["type"], codes: readonly string[]): string[] {
  const names = new Intl.DisplayNames(tag, { type, fallback: "none" });
  const known = codes.map((code) => names.of(code)).filter((name) => name !== undefined);
  return [...new Set(known)];
}
