import { directPath, measureLogitWeights, takeMedian } from "../features/logit-weights.ts";
import type { LiveEvent } from "./live-event.ts";
import type { LiveRequestOf } from "./live-request.ts";
import type { LiveSubject } from "./live-subject.ts";
import { checkFeature } from "./read-contexts.ts";

/** What a unit of a feature adds to the logit of every token, as the feature's page has it of the largest. */
export async function* readLogitWeights(
  { model, dictionary, site, layerNormScale, tokensInUse }: LiveSubject,
  { feature }: LiveRequestOf<"logit-weights">,
): AsyncGenerator<LiveEvent> {
  checkFeature(dictionary.features, feature);
  const path = directPath(model, site);
  if (path === null || layerNormScale === null) {
    yield { kind: "logit-weights", weights: null };
    return;
  }
  const { kernels } = model;
  const direction = kernels.create([1, dictionary.width]);
  kernels.gatherRows(direction, dictionary.directions, kernels.upload(Int32Array.of(feature), [1]));
  const weights = await measureLogitWeights(model, path, direction, layerNormScale);
  kernels.release(direction);
  const median = takeMedian(Float32Array.from(tokensInUse, (id) => weights[id]!));
  yield { kind: "logit-weights", weights: Array.from(weights, (weight) => weight - median) };
}
