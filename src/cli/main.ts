import { enableCompileCache } from "node:module";
import { nearestName } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";
import { explainSystemError } from "../store/explain-system-error.ts";
import { type Command, parseOptions, renderCommandHelp } from "./command.ts";

enableCompileCache?.();

/** 128 + SIGPIPE, as shells expect it. */
const CLOSED_PIPE = 141;

const COMMANDS: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>> = {
  demo: {
    summary: "train a model and its dictionary on your own machine and watch",
    load: async () => (await import("./demo.ts")).demo,
  },
  run: {
    summary: "the whole experiment, from text to feature pages",
    load: async () => (await import("./run.ts")).run,
  },
  tokenize: {
    summary: "learn a tokenizer and pack the corpus",
    load: async () => (await import("./stages.ts")).tokenize,
  },
  "train-model": { summary: "train the transformer", load: async () => (await import("./stages.ts")).trainModel },
  harvest: {
    summary: "measure the activations the dictionary will learn from",
    load: async () => (await import("./stages.ts")).harvest,
  },
  "train-dictionary": {
    summary: "learn a dictionary of features",
    load: async () => (await import("./stages.ts")).trainDictionary,
  },
  sweep: {
    summary: "learn many dictionaries on one stream of activations and compare them",
    load: async () => (await import("./sweep.ts")).sweep,
  },
  evaluate: {
    summary: "judge a dictionary on held-out text",
    load: async () => (await import("./stages.ts")).evaluate,
  },
  features: {
    summary: "build the pages of a dictionary's features",
    load: async () => (await import("./stages.ts")).features,
  },
  analyse: {
    summary: "find out what a dictionary's features are",
    load: async () => (await import("./analyse.ts")).analyse,
  },
  compare: {
    summary: "find each feature in another dictionary: of another seed, another size, another run",
    load: async () => (await import("./compare.ts")).compare,
  },
  interpret: {
    summary: "explain a dictionary's features and score each explanation by what it predicts",
    load: async () => (await import("./interpret.ts")).interpret,
  },
  report: {
    summary: "tell a run as an article, in the order of the paper",
    load: async () => (await import("./report.ts")).report,
  },
  rate: {
    summary: "let people rate a blind mixture of features and neurons, and sum up what they gave",
    load: async () => (await import("./rate.ts")).rate,
  },
  lambda: {
    summary: "convert an L1 coefficient between the conventions of published recipes",
    load: async () => (await import("./lambda.ts")).lambda,
  },
  import: {
    summary: "take a SAELens dictionary into a run",
    load: async () => (await import("./exchange.ts")).importDictionary,
  },
  export: {
    summary: "write a dictionary as a SAELens folder",
    load: async () => (await import("./exchange.ts")).exportDictionary,
  },
  "export-site": {
    summary: "copy a run's pages into a folder that any web host can serve",
    load: async () => (await import("./export-site.ts")).exportSiteCommand,
  },
  "export-feature": {
    summary: "write features as one HTML file that opens without a server",
    load: async () => (await import("./export-feature.ts")).exportFeatureCommand,
  },
  labels: {
    summary: "take labels, notes, ratings, explanations and lists out of a run, or into one",
    load: async () => (await import("./labels.ts")).labels,
  },
  serve: { summary: "show runs in the browser", load: async () => (await import("./serve.ts")).serve },
  sample: { summary: "let the model write", load: async () => (await import("./sample.ts")).sample },
  steer: {
    summary: "let the model write with features pinned, added or ablated",
    load: async () => (await import("./steer.ts")).steer,
  },
  explore: {
    summary: "show which features are active on each token of a text, and what each does",
    load: async () => (await import("./explore.ts")).explore,
  },
  doctor: {
    summary: "say what is wrong with a run's dictionaries; without RUN, what this machine can do",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  tensorboard: {
    summary: "write a run's curves and densities as TensorBoard event files",
    load: async () => (await import("./tensorboard.ts")).tensorboard,
  },
};

process.stdout.on("error", stopAtClosedPipe);
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--version") return print((await import("../store/tool-version.ts")).TOOL_VERSION);
  if (name === undefined || name === "help" || name === "--help" || name === "-h") return print(renderHelp());
  try {
    const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (entry === undefined) throw unknownCommand(name);
    const command = await entry.load();
    if (rest.includes("--help") || rest.includes("-h")) return print(renderCommandHelp(name, command));
    await command.run(parseOptions(name, command, rest));
    return process.exitCode === undefined ? 0 : Number(process.exitCode);
  } catch (thrown) {
    const error = explainSystemError(thrown);
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`monosem: ${error.message}\n`);
    return error.exitCode;
  }
}

/** `monosem ... | head` ends as other tools do; a run goes on from its last checkpoint. */
function stopAtClosedPipe(error: NodeJS.ErrnoException): never {
  if (error.code !== "EPIPE") throw error;
  process.exit(CLOSED_PIPE);
}

function unknownCommand(name: string): UserError {
  const nearest = nearestName(name, Object.keys(COMMANDS));
  const suggestion = nearest === undefined ? "" : ` (did you mean ${nearest}?)`;
  return new UserError(`unknown command ${name}${suggestion}; see monosem --help`, 2);
}

function renderHelp(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(18)} ${summary}`);
  return ["monosem COMMAND [options]", "", ...rows, "", "monosem COMMAND --help shows its options."].join("\n");
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
