import { UserError } from "../../numerics/user-error.ts";
import { writeTokenStream } from "../../store/token-file.ts";
import { writeJson } from "../../store/write-atomically.ts";
import { createTokenStreamBuilder, splitHeldOut, type TokenStream } from "../../text/contexts.ts";
import type { Document } from "../../text/document.ts";
import { createTokenizer, type Tokenizer } from "../../text/tokenizer.ts";
import { renderTokenizerJson } from "../../text/tokenizer-json.ts";
import { createTokenizerTrainer } from "../../text/train-tokenizer.ts";
import { fingerprintSources, openSource } from "../corpus-source.ts";
import { measureText } from "../corpus-summary.ts";
import type { RunEvent } from "../events.ts";
import type { Stage, StageContext } from "../stage.ts";
import { Interrupted } from "../stage.ts";

const REPORT_BYTES = 1 << 18;
const MINIMUM_CONTEXTS = 2;

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
  const warnings: string[] = [];
  const source = await openSource(corpus.sources, experiment, paths.corpus.folder);
  const total = 2 * source.bytes;
  let done = 0;
  const report = function* (bytes: number): Generator<RunEvent> {
    const before = Math.floor(done / REPORT_BYTES);
    done += bytes;
    if (Math.floor(done / REPORT_BYTES) > before)
      yield { kind: "progress", stage: "tokenize", done: Math.min(done, total), total, unit: "bytes" };
    if (context.signal.aborted) throw new Interrupted("stopped while reading the text; nothing was written");
  };

  const trainer = createTokenizerTrainer({ vocabularySize: corpus.vocabulary, maxBytes: corpus.tokenizerBytes, seed });
  for await (const document of source.open((sentence) => warnings.push(sentence))) {
    trainer.add(document.text);
    yield* report(document.text.length);
  }
  for (const sentence of warnings.slice(0, 5)) yield { kind: "warning", sentence };
  if (warnings.length > 5) yield { kind: "warning", sentence: `and ${warnings.length - 5} more files were left out` };
  const definition = yield* learnMerges(trainer.train());
  const tokenizer = createTokenizer(definition);

  const heldOut = await openHeldOut(context);
  const train = createTokenStreamBuilder(tokenizer);
  const valid = createTokenStreamBuilder(tokenizer);
  let index = 0;
  for await (const document of source.open(() => undefined)) {
    const isHeldOut = heldOut === undefined && splitHeldOut(index, corpus.heldOutShare, seed);
    (isHeldOut ? valid : train).add(document);
    index++;
    yield* report(document.text.length);
  }
  if (heldOut !== undefined) for await (const document of heldOut) valid.add(document);
  const streams = { train: train.finish(), valid: valid.finish() };
  checkLength(streams.train, "training", context);
  checkLength(streams.valid, "held-out", context);
  writeJson(paths.corpus.tokenizer, renderTokenizerJson(definition));
  for (const split of ["train", "valid"] as const) writeTokenStream(paths, split, streams[split]);
  writeJson(paths.corpus.summary, summarise(streams, tokenizer));
  const { train: trainTokens, valid: validTokens } = {
    train: streams.train.tokens.length,
    valid: streams.valid.tokens.length,
  };
  yield {
    kind: "note",
    stage: "tokenize",
    sentence: `${tokenizer.vocabularySize} tokens in the vocabulary, ${trainTokens} to learn from, ${validTokens} held out`,
  };
  return [
    paths.corpus.tokenizer,
    paths.corpus.summary,
    ...(["train", "valid"] as const).flatMap((split) => [paths.corpus.tokens(split), paths.corpus.documents(split)]),
  ];
}

async function openHeldOut({ experiment, paths }: StageContext): Promise<AsyncIterable<Document> | undefined> {
  if (experiment.corpus.valid.length === 0) return undefined;
  return (await openSource(experiment.corpus.valid, experiment, paths.corpus.folder)).open(() => undefined);
}

function* learnMerges<T>(
  training: Generator<{ readonly merges: number; readonly of: number }, T>,
): Generator<RunEvent, T> {
  for (;;) {
    const next = training.next();
    if (next.done) return next.value;
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

function summarise(streams: { train: TokenStream; valid: TokenStream }, tokenizer: Tokenizer): object {
  return { train: measureText(streams.train, tokenizer), valid: measureText(streams.valid, tokenizer) };
}
