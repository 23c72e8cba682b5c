import type { TokenizerDefinition } from "../../src/text/tokenizer.ts";
import { createTokenizerTrainer, type TokenizerTrainingOptions } from "../../src/text/train-tokenizer.ts";

/** Trains a tokenizer on texts to the end. */
export function trainOnTexts(texts: readonly string[], options: TokenizerTrainingOptions): TokenizerDefinition {
  const trainer = createTokenizerTrainer(options);
  for (const text of texts) trainer.add(text);
  const training = trainer.train();
  let result = training.next();
  while (!result.done) result = training.next();
  return result.value;
}
