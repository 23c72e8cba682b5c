import type { Tokenizer } from "../../text/tokenizer.ts";
import type { AutomatonEdge, NamedFinding } from "./automata.ts";
import { type Cycle, findCycles } from "./find-cycles.ts";
import type { TokenSurvey } from "./survey-tokens.ts";

/** A class of tokens that states of a named automaton fire on. */
export interface TokenClass {
  readonly name: keyof typeof CLASS_TITLES;
  /** 1 where a token of the stream belongs to it. */
  readonly truth: Uint8Array; // [tokens of the stream]
}

const CLASS_TITLES = {
  base64: "base64",
  underscore: "tokens with an underscore",
  "upper-case": "words in upper case, of two letters or more",
  "part-of-character": "tokens that are not whole characters",
  markup: "documents of HTML and markup",
} as const;

/** What the paper's examples are made of: the class of each state, or one class for all states of a cycle of these lengths. */
const KINDS: readonly NamedKind[] = [
  { name: "base64", title: "base64 self-loop", classes: ["base64"], lengths: [1] },
  { name: "snake-case", title: "SNAKE_CASE in upper case", classes: ["underscore", "upper-case"], lengths: [2] },
  { name: "bytes", title: "bytes that make up characters", classes: ["part-of-character"], lengths: [1, 2, 3, 4] },
  { name: "markup", title: "HTML or markup", classes: ["markup"], lengths: [2, 3, 4] },
];

interface NamedKind {
  readonly name: string;
  readonly title: string;
  readonly classes: readonly TokenClass["name"][];
  readonly lengths: readonly number[];
}

/** Share of a feature's firings that must be on a class for the feature to be of it. */
const MOSTLY = 0.5;

/** The classes that can be told by a token alone, over a stream. */
export function markTokenClasses(
  tokens: ArrayLike<number>,
  tokenizer: Pick<Tokenizer, "tokenBytes" | "vocabularySize">,
) {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const texts = Array.from({ length: tokenizer.vocabularySize }, (_, id) => decode(decoder, tokenizer.tokenBytes(id)));
  const mark = (belongs: (text: string | undefined) => boolean) => {
    const ofVocabulary = texts.map((text) => Number(belongs(text)));
    return Uint8Array.from(tokens, (token) => ofVocabulary[token]!);
  };
  return [
    { name: "underscore", truth: mark((text) => text?.includes("_") === true) },
    { name: "upper-case", truth: mark((text) => text !== undefined && /^ ?\p{Lu}{2,}$/u.test(text)) },
    { name: "part-of-character", truth: mark((text) => text === undefined) },
  ] as const satisfies readonly TokenClass[];
}

function decode(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Looks for the automata that the paper names among the edges, strong or weak; `survey` has a class for each of `classes`. */
export function findNamed(
  edges: readonly AutomatonEdge[],
  survey: Pick<TokenSurvey, "activity" | "classes">,
  classes: readonly TokenClass[],
  weakestEdge: number,
): NamedFinding[] {
  const members = new Map(
    classes.map(({ name }, place) => {
      const { firings } = survey.classes[place]!;
      const isMember = (feature: number) =>
        firings[feature]! >= MOSTLY * Math.max(1, survey.activity.firings[feature]!);
      return [name, new Set(Array.from(firings.keys()).filter(isMember))];
    }),
  );
  return KINDS.map((kind) => {
    const ofKind = kind.classes.map((name) => members.get(name) ?? new Set<number>());
    const isState = (feature: number) => ofKind.some((set) => set.has(feature));
    const within = edges.filter(({ source, target }) => isState(source) && isState(target));
    const best = findCycles(within).find((cycle) => fits(cycle, kind, ofKind)) ?? null;
    return {
      name: kind.name,
      title: kind.title,
      classes: kind.classes.map((name, place) => ({
        title: CLASS_TITLES[name],
        tokens: survey.classes[classes.findIndex((known) => known.name === name)]?.tokens ?? 0,
        features: ofKind[place]!.size,
      })),
      best,
      found: best !== null && best.strength >= weakestEdge,
    };
  });
}

/** Whether some state after another is of the kind's classes in turn. */
function fits({ states }: Cycle, { lengths }: NamedKind, ofKind: readonly ReadonlySet<number>[]): boolean {
  if (!lengths.includes(states.length)) return false;
  return states.some((_, first) =>
    states.every((_, place) => {
      const state = states[(first + place) % states.length]!;
      return ofKind[place % ofKind.length]!.has(state);
    }),
  );
}
