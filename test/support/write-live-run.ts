import { runPaths } from "../../src/store/run-directory.ts";
import { writeSafetensors } from "../../src/store/safetensors.ts";
import { writeJson } from "../../src/store/write-atomically.ts";
import { writeFakeRun } from "./fake-run.ts";
import type { TinySubject } from "./tiny-live-subject.ts";

/** A run with the model, tokenizer and dictionary of a tiny subject, and made-up feature pages. */
export function writeLiveRun(directory: string, { files }: TinySubject, features = 3): void {
  const paths = runPaths(directory);
  writeFakeRun(directory, features);
  writeJson(paths.model.config, files.modelConfig);
  writeSafetensors(paths.model.weights, files.model.tensors as never);
  writeJson(paths.corpus.tokenizer, files.tokenizer as object);
  const { tensors, metadata } = files.dictionary as Exclude<typeof files.dictionary, "neurons">;
  writeSafetensors(paths.dictionary("main").weights, tensors as never, metadata);
}
