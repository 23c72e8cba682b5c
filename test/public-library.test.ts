import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const SOURCE = resolve(import.meta.dirname, "..", "src");
const index = readFileSync(join(SOURCE, "index.ts"), "utf8");
const exported = [...index.matchAll(/^export (type )?\{([^}]*)\} from "(.*)";$/gm)].flatMap(([, , names, file]) =>
  names!
    .split(",")
    .map((name) => name.replace(/^\s*type /, "").trim())
    .filter((name) => name !== "")
    .map((name) => ({ name, file: file! })),
);

test("every export of the library says what it promises", () => {
  expect(exported.length).toBeGreaterThan(80);
  const silent = exported.filter(({ name, file }) => {
    const text = readFileSync(join(SOURCE, file), "utf8");
    const declaration = `export (?:async )?(?:const|class|interface|type|function\\*?) ${name}\\b`;
    return !new RegExp(`\\*/\\n${declaration}`).test(text);
  });
  expect(silent).toEqual([]);
});

test("what a user needs from text to features is there under the names of the documentation", async () => {
  const library = await import("../src/index.ts");
  const wanted = [
    ...["selectKernels", "UserError", "openCorpus", "createBuiltinCorpus", "learnTokenizer", "packDocuments"],
    ...["trainModel", "generate", "measureValidation", "forward", "harvest", "activationBatches", "shuffle"],
    ...["initialiseAutoencoder", "createTrainingState", "trainDictionary", "evaluateDictionary", "encodeText"],
    ...["openRun", "runExperiment", "runInWorker", "resolveExperiment", "readPreset", "openFeaturePack"],
    ...["parseFeatureRecord", "readSafetensors", "replaceWith"],
  ];
  expect(wanted.filter((name) => !(name in library))).toEqual([]);
});
