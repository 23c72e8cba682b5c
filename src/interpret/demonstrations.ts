/** Rises with any change of the demonstrations or of what a language model is told: scores of different versions are not compared. */
export const PROMPT_VERSION = 1;

/** A made-up feature, explained and predicted by hand as a language model is to do it. */
export interface Demonstration {
  readonly passages: readonly DemonstratedPassage[];
  readonly raised: readonly string[];
  readonly lowered: readonly string[];
  readonly reasoning: string;
  readonly answer: string;
  /** Passages that were not explained, with the levels that the answer leads to. */
  readonly unseen: readonly DemonstratedPassage[];
}

/** Tokens with their levels. */
export interface DemonstratedPassage {
  readonly source: string;
  readonly tokens: readonly (readonly [text: string, level: number])[];
}

/** Eight demonstrations, as in the paper, which did not publish its own; none is a feature of a real dictionary. */
export const DEMONSTRATIONS: readonly Demonstration[] = [
  {
    passages: [
      show("top", " will", " meet", " on", " Monday=9", " at", " noon"),
      show("interval 7", " since", " last", " Friday=7", ",", " she", " said"),
      show("interval 2", " in", " early", " March=2", " of", " that", " year"),
      show("random", " the", " price", " of", " bread", " rose", " again"),
    ],
    raised: [" morning", " afternoon", " night", ","],
    lowered: ["ing", "ed", " whose"],
    reasoning:
      "The strongest tokens name days of the week, the weaker one a month, which is a date as well. Nothing else is active. It raises parts of the day, which follow such names.",
    answer: "names of weekdays, weakly names of months; makes parts of the day likelier",
    unseen: [show("", " every", " Tuesday=9", " we", " walk"), show("", " born", " in", " June=2", " he")],
  },
  {
    passages: [
      show("top", " return", " foo", "(=9", "x", ");"),
      show("interval 6", " if", " (", "n=0", " >", " 1"),
      show("interval 8", " print", "(=8", '"', "hi", '")'),
      show("elsewhere", " he", " came", " (", "late", ")"),
    ],
    raised: ["self", "x", '"', "0"],
    lowered: [" was", " the", " and"],
    reasoning:
      "It is active on an opening parenthesis that follows a name directly, as in a call, and silent on one after a space or in prose. It raises what stands first among arguments.",
    answer: "the opening parenthesis of a function call in code; makes arguments likelier",
    unseen: [show("", "len", "(=9", "items", ")"), show("", " some", " (", "not", " all", ")")],
  },
  {
    passages: [
      show("top", " на=8", " сто=9", "ле=9", " ле", "жит=8"),
      show("interval 5", "Ро=5", "ссия=7", ",", " 19", "91"),
      show("bottom", " The", " table", " is", " red", "."),
      show("random", "στ", "ην", " Α", "θή", "να"),
    ],
    raised: ["ов", "ия", " на", "ть"],
    lowered: [" the", "tion", "的"],
    reasoning:
      "Every active token is written in Cyrillic; Greek, Latin letters, digits and punctuation are silent. The raised tokens are Cyrillic endings.",
    answer: "text in Cyrillic script; makes Cyrillic tokens likelier",
    unseen: [show("", " мо=8", "ре=8", ".", " OK"), show("", " plain", " words", " here", ".")],
  },
  {
    passages: [
      show("top", " one", " of=6", " the=9", " best", " known"),
      show("interval 4", " out", " of=4", " those", " days", "."),
      show("interval 9", " most", " of=6", " the=9", " people", " left"),
      show("elsewhere", " in", " the", " garden", " was", " a"),
    ],
    raised: [" most", " few", " world", " best"],
    lowered: [" of", "ly", ")"],
    reasoning:
      "The level is highest on “the” after “of” where a part of something is named, and lower on that “of”. “the” after other prepositions is silent.",
    answer:
      "“of the” in phrases that name a part of a whole, strongest on “the”; makes “most”, “few” and “best” likelier",
    unseen: [show("", " some", " of=6", " the=9", " time"), show("", " on", " the", " whole", ",")],
  },
  {
    passages: [
      show("top", "GAT=9", "TAC=9", "AGG=8", "CAT=8", "TTA=9"),
      show("interval 8", ">", "seq", "1", "\n", "ACG=8", "TTT=8"),
      show("elsewhere", " CAT", " scan", " of", " the", " head"),
      show("random", " and", " then", " we", " left", "."),
    ],
    raised: ["A", "TG", "CC", "GT"],
    lowered: [" the", "e", "ing"],
    reasoning:
      "Runs of the letters A, C, G and T are active, whatever the letters; the same letters as a word in prose are silent. It raises further such letters.",
    answer: "DNA sequences of the letters A, C, G, T; makes more of these letters likelier",
    unseen: [show("", "CCG=8", "ATA=9", "GGC=8"), show("", " a", " fat", " cat", " sat")],
  },
  {
    passages: [
      show("top", " walk", "ed=9", " slowly", " home", "."),
      show("interval 8", " had", " start", "ed=8", " again", ","),
      show("interval 3", " need", "ed=3", " rest", " and", " food"),
      show("elsewhere", " the", " r", "ed", " door", " open"),
    ],
    raised: [" to", " in", ",", " by"],
    lowered: ["ing", "s", "er"],
    reasoning:
      "It is active on the ending “ed” of verbs, less after “need”, and silent where “ed” is no ending of a verb. It raises prepositions.",
    answer: "the past-tense ending “ed” of verbs; makes prepositions likelier",
    unseen: [show("", " jump", "ed=9", " over", " it"), show("", " a", " b", "ed", " of", " roses")],
  },
  {
    passages: [
      show("top", " (", "19", "84=9", ")", " and"),
      show("interval 7", " in", " 20", "11=7", ",", " when"),
      show("interval 1", " page", " 2", "17=1", " of", " it"),
      show("random", " costs", " $", "45", ".", "99"),
    ],
    raised: [")", ",", " and", "-"],
    lowered: ["the", " 7", "%"],
    reasoning:
      "The second half of a year written in two tokens is active, other numbers hardly or not. It raises what ends a year in a citation.",
    answer: "the last digits of years; makes closing parentheses and commas likelier",
    unseen: [show("", " since", " 19", "99=8", "."), show("", " room", " 3", "12=1", " is")],
  },
  {
    passages: [
      show("top", "https=4", "://=9", "www=6", ".", "site"),
      show("interval 6", " at", " http=4", "://=8", "x", "."),
      show("interval 3", " ratio", " 3", ":", "1", " or"),
      show("bottom", " he", " wrote", ":", " yes", "."),
    ],
    raised: ["www", "en", "github", "t"],
    lowered: [" ", "\n", " and"],
    reasoning:
      "The separator of an address after its scheme is strongest, the scheme and “www” are weaker; other colons are silent. It raises beginnings of host names.",
    answer: "the beginning of web addresses, strongest on “://”; makes host names likelier",
    unseen: [show("", "see", " https=4", "://=9", "en", "."), show("", " time", ":", " noon")],
  },
];

/** A passage whose tokens are followed by `=level` where they are active. */
function show(source: string, ...tokens: readonly string[]): DemonstratedPassage {
  return {
    source,
    tokens: tokens.map((token) => {
      const [, text = token, level = "0"] = /^(.+)=(\d)$/s.exec(token) ?? [];
      return [text, Number(level)] as const;
    }),
  };
}
