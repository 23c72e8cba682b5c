import type { Stage } from "./stage.ts";
import { actionsStage } from "./stages/actions.ts";
import { automataStage } from "./stages/automata.ts";
import { evaluateStage } from "./stages/evaluate.ts";
import { featuresStage, neuronsStage } from "./stages/features.ts";
import { galleryStage } from "./stages/gallery.ts";
import { harvestStage } from "./stages/harvest.ts";
import { mapStage } from "./stages/map.ts";
import { neuronBasisStage } from "./stages/neuron-basis.ts";
import { specificityStage } from "./stages/specificity.ts";
import { splittingStage } from "./stages/splitting.ts";
import { tokenizeStage } from "./stages/tokenize.ts";
import { trainDictionaryStage } from "./stages/train-dictionary.ts";
import { trainModelStage } from "./stages/train-model.ts";
import { ultralowStage } from "./stages/ultralow.ts";

/** All stages, in the order in which a run goes through them. */
export const STAGES: readonly Stage[] = [
  tokenizeStage,
  trainModelStage,
  harvestStage,
  trainDictionaryStage,
  evaluateStage,
  featuresStage,
  specificityStage,
  galleryStage,
  actionsStage,
  neuronBasisStage,
  ultralowStage,
  mapStage,
  splittingStage,
  neuronsStage,
  automataStage,
];
