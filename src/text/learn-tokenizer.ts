import { createTokenStreamBuilder, type TokenStream } from "./contexts.ts";
import type { Document } from "./document.ts";
import type { Tokenizer, TokenizerDefinition } from "./tokenizer.ts";
import { createTokenizerTrainer, type TokenizerTrainingOptions } from "./train-tokenizer.ts";

/** Learns a byte-level BPE vocabulary from texts in one call; `createTokenizer` makes a tokenizer of it. */
export function learnTokenizer(texts: Iterable<string>, options: TokenizerTrainingOptions): TokenizerDefinition {
  const trainer = createTokenizerTrainer(options);
  for (const text of texts) trainer.add(text);
  const training = trainer.train();
  for (;;) {
    const next = training.next();
    if (next.done) return next.value;
  }
}

/** Documents as one token stream, each after a separator: what models are trained and judged on. */
export function packDocuments(tokenizer: Tokenizer, documents: Iterable<Document>): TokenStream {
  const builder = createTokenStreamBuilder(tokenizer);
  for (const document of documents) builder.add(document);
  return builder.finish();
}
