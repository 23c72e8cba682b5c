import type { Block, Section, Table } from "../article.ts";
import type { Subject } from "../subject.ts";
import { formatCount } from "../words.ts";

/** What was trained on what. */
export function tellSetUp({ report, run, dictionary }: Subject): Section {
  const { config, model } = report;
  const { layers, dModel, dMlp, heads, contextLength } = config.model;
  const shape = `${layers} layer${layers === 1 ? "" : "s"}, residual width ${dModel}, ${heads} heads, ${dMlp} MLP neurons, contexts of ${contextLength} tokens`;
  const rows: (readonly [string, string])[] = [
    ...(model === undefined
      ? []
      : ([
          ["transformer", shape],
          ["vocabulary", formatCount(config.corpus.vocabulary)],
          ["parameters", formatCount(model.parameters)],
          ["training tokens", formatCount(model.trainTokens)],
          ["held-out tokens", formatCount(model.validationTokens)],
          ["held-out loss, nats per token", model.validationLoss.toFixed(4)],
          ["bits per byte", model.bitsPerByte.toFixed(4)],
          ["loss of unigram counts", model.unigramLoss.toFixed(4)],
          ["loss of bigram counts", model.bigramLoss.toFixed(4)],
        ] as const)),
    ...(report.files === undefined
      ? ([["activations read at", run.site(dictionary).name]] as const)
      : report.files.map(
          ({ file, rows, width }) => ["activations of", `${file}: ${formatCount(rows)} x ${width}`] as const,
        )),
  ];
  const table: Table = { kind: "table", caption: "The model and its text", columns: ["", "value"], rows };
  const text = {
    kind: "text",
    text:
      "A transformer was trained on text, and a sparse autoencoder on the activations of its MLP: each activation vector is written as a bias and a sum of few of many directions, the features. " +
      "What follows goes through the arguments of Towards Monosemanticity (2023) on this run, with the paper's figures beside where it states them; " +
      "the paper's model and text are other ones, so that they say what kind of number to expect, not which.",
  } as const satisfies Block;
  return {
    id: "set-up",
    title: "Set-up",
    blocks: [text, table, { kind: "command", command: `monosem run --run ${run.directory}`, missing: false }],
  };
}
