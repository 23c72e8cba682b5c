// Trains a very small transformer on this project's own documents and lets it write: node examples/train-a-model-and-sample.ts
import {
  createTokenizer,
  type Document,
  generate,
  learnTokenizer,
  modelConfigSchema,
  openCorpus,
  packDocuments,
  selectKernels,
  type Transformer,
  trainingConfigSchema,
  trainModel,
} from "monosem";

const documents: Document[] = [];
for await (const document of openCorpus(["docs", "CONTRIBUTING.md"])) documents.push(document);
const texts = documents.map(({ text }) => text);
const tokenizer = createTokenizer(learnTokenizer(texts, { vocabularySize: 500 }));
const stream = packDocuments(tokenizer, documents);

const kernels = await selectKernels();
const shape = { dModel: 32, heads: 2, dMlp: 64, contextLength: 32, vocabularySize: tokenizer.vocabularySize };
const config = modelConfigSchema.parse(shape);
const training = trainingConfigSchema.parse({ tokens: 60_000, batch: 16, logEvery: 20 });
let model: Transformer | undefined;
for await (const event of trainModel({ kernels, config, training, stream, validation: stream, seed: 1 })) {
  if (event.kind === "step")
    console.log(`step ${event.step} of ${event.steps}: ${event.loss.toFixed(2)} nats per token`);
  if (event.kind === "checkpoint") model = event.model;
}

const ids: number[] = [];
const options = { tokens: 40, temperature: 0.7, topK: 0, topP: 1, seed: 3 };
for await (const { token } of generate(model!, tokenizer.encode("The dictionary"), options)) ids.push(token);
console.log(`The dictionary${tokenizer.decode(ids)}`);
