import { UserError } from "../../numerics/user-error.ts";
import { writeTokenStream } from "../../store/token-file.ts";
import { writeJson } from "../../store/write-atomically.ts";
import { createHeldOutSplit, createTokenStreamBuilder, type TokenStream } from "../../text/contexts.ts";
import type { Document } from "../../text/document.ts";
import { createTokenizer, type Tokenizer, type TokenizerDefinition } from "../../text/tokenizer.ts";
import { renderTokenizerJson } from "../../text/tokenizer-json.ts";
import { createTokenizerTrainer } from "../../text/train-tokenizer.ts";
import { type CorpusSource, fingerprintSources, openSource } from "../corpus-source.ts";
import { measureText } from "../corpus-summary.ts";
import type { RunEvent } from "../events.ts";
import type { Stage, StageContext } from "../stage.ts";
import { Interrupted } from "../stage.ts";

const REPORT_BYTES = 1 << 18;
const MINIMUM_CONTEXTS = 2;
const WARNINGS_SHOWN = 5;
const SPLITS = ["train", "valid"] as const;

/** Learns a tokenizer on the text and packs the text into two token streams, one of them held out. */
export const tokenizeStage: Stage = {
  name: "tokenize",
  needs: [],
  perDictionary: false,
  inputs: async ({ experiment }) => ({
    corpus: experiment.corpus,
    seed: experiment.seed,
    files: await fingerprintSources([...experiment.corpus.sources, ...experiment.corpus.valid]),
  }),
  run: runTokenize,
};

async function* runTokenize(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, experiment } = context;
  const { corpus, seed } = experiment;
  const source = await openSource(corpus.sources, experiment, paths.corpus.folder);
  const trainer = createTokenizerTrainer({ vocabularySize: corpus.vocabulary, maxBytes: corpus.tokenizerBytes, seed });
  const warnings: string[] = [];
  let documents = 0;
  const learn = (document: Document) => {
    trainer.add(document.text);
    documents++;
  };
  yield* readAll(source, context, { onDocument: learn, onWarning: (sentence) => warnings.push(sentence) });
  yield* renderWarnings(warnings);
  const definition = yield* learnMerges(trainer.train(), context);
  const tokenizer = createTokenizer(definition);

  const heldOut = await openHeldOut(context);
  const train = createTokenStreamBuilder(tokenizer);
  const valid = createTokenStreamBuilder(tokenizer);
  const isHeldOut = heldOut === undefined ? createHeldOutSplit(documents, corpus.heldOutShare, seed) : () => false;
  let index = 0;
  const pack = (document: Document) => {
    (isHeldOut(index) ? valid : train).add(document);
    index++;
  };
  yield* readAll(source, context, { onDocument: pack });
  if (heldOut !== undefined) yield* readAll(heldOut, context, { onDocument: (document) => valid.add(document) });
  return yield* writeCorpus(context, definition, tokenizer, { train: train.finish(), valid: valid.finish() });
}

/** Reads a source once from end to end, telling its bytes as progress. */
async function* readAll(
  source: CorpusSource,
  { signal }: StageContext,
  listener: { readonly onDocument: (document: Document) => void; readonly onWarning?: (sentence: string) => void },
): AsyncGenerator<RunEvent> {
  let read = 0;
  let reported = 0;
  const onBytesRead = (bytes: number) => {
    read += bytes;
  };
  for await (const document of source.open({ onBytesRead, onWarning: listener.onWarning ?? (() => undefined) })) {
    listener.onDocument(document);
    if (read - reported < REPORT_BYTES) continue;
    reported = read;
    if (signal.aborted) throw new Interrupted("stopped while reading the text; nothing was written");
    const total = Math.max(source.bytes, read);
    yield { kind: "progress", stage: "tokenize", done: read, total, unit: "bytes" };
  }
}

function* renderWarnings(warnings: readonly string[]): Generator<RunEvent> {
  for (const sentence of warnings.slice(0, WARNINGS_SHOWN)) yield { kind: "warning", sentence };
  const more = warnings.length - WARNINGS_SHOWN;
  if (more > 0) yield { kind: "warning", sentence: `and ${more} more like these` };
}

async function* writeCorpus(
  context: StageContext,
  definition: TokenizerDefinition,
  tokenizer: Tokenizer,
  streams: { readonly train: TokenStream; readonly valid: TokenStream },
): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths } = context;
  checkLength(streams.train, "training", context);
  checkLength(streams.valid, "held-out", context);
  writeJson(paths.corpus.tokenizer, renderTokenizerJson(definition));
  for (const split of SPLITS) writeTokenStream(paths, split, streams[split]);
  writeJson(paths.corpus.summary, {
    train: measureText(streams.train, tokenizer),
    valid: measureText(streams.valid, tokenizer),
  });
  const { train, valid } = streams;
  const sentence = `${tokenizer.vocabularySize} tokens in the vocabulary, ${train.tokens.length} to learn from, ${valid.tokens.length} held out`;
  yield { kind: "note", stage: "tokenize", sentence };
  const packed = SPLITS.flatMap((split) => [paths.corpus.tokens(split), paths.corpus.documents(split)]);
  return [paths.corpus.tokenizer, paths.corpus.summary, ...packed];
}

async function openHeldOut({ experiment, paths }: StageContext): Promise<CorpusSource | undefined> {
  if (experiment.corpus.valid.length === 0) return undefined;
  return openSource(experiment.corpus.valid, experiment, paths.corpus.folder);
}

function* learnMerges<T>(
  training: Generator<{ readonly merges: number; readonly of: number }, T>,
  { signal }: StageContext,
): Generator<RunEvent, T> {
  for (;;) {
    const next = training.next();
    if (next.done) return next.value;
    if (signal.aborted) throw new Interrupted("stopped while learning the vocabulary; nothing was written");
    yield { kind: "progress", stage: "tokenize", done: next.value.merges, total: next.value.of, unit: "merges" };
  }
}

function checkLength(stream: TokenStream, name: string, { experiment }: StageContext): void {
  const needed = MINIMUM_CONTEXTS * experiment.model.contextLength + 1;
  if (stream.tokens.length < needed)
    throw new UserError(
      `the ${name} text holds ${stream.tokens.length} tokens, at least ${needed} are wanted (two contexts): give more text, or lower model.contextLength`,
    );
}
