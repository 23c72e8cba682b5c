/** A language of the composed sentences. */
export interface BuiltinLanguage {
  /** BCP 47 tag given to `Intl`; its region and extensions choose digits and formats. */
  readonly tag: string;
  /** Share of the corpus's bytes. */
  readonly share: number;
  /** What ends a sentence. */
  readonly stop: string;
}

const MAIN_SHARE = 0.008;
const OTHER_SCRIPT_SHARE = 0.002;
const LATIN_SHARE = 0.0015;

const STOPS: Readonly<Record<string, string>> = {
  ja: "。",
  zh: "。",
  hi: "।",
  mr: "।",
  ne: "।",
  bn: "।",
  pa: "।",
  am: "።",
  my: "။",
  km: "។",
  hy: "։",
  th: "",
  lo: "",
};

function describe(tags: string, share: number): BuiltinLanguage[] {
  const names = tags.trim().split(/\s+/);
  return names.map((tag) => ({ tag, share, stop: STOPS[tag.split("-")[0]!] ?? "." }));
}

/** The languages composed from CLDR data: main ones of the large non-Latin scripts, further scripts, and Latin ones. */
export const BUILTIN_LANGUAGES: readonly BuiltinLanguage[] = [
  ...describe("ar-EG he ru el th hi zh-Hans ja ko ta", MAIN_SHARE),
  ...describe("fa ur uk bg sr mr ne zh-Hant kk mn", OTHER_SCRIPT_SHARE),
  ...describe("bn te kn ml gu pa si ka hy am km lo my", OTHER_SCRIPT_SHARE),
  ...describe("de fr es it pt nl sv da nb fi is pl cs sk hu ro hr sl tr az vi id sw et lv lt ca eu ga cy", LATIN_SHARE),
  ...describe("en", MAIN_SHARE),
];

/** The `lang` label of a language tag: its language alone, but `zh-Hant` apart from `zh`. */
export function labelLanguage(tag: string): string {
  return /^zh[-_](Hant|TW|HK)/.test(tag) ? "zh-Hant" : tag.split(/[-_]/)[0]!;
}
