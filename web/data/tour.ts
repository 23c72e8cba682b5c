import { dictionaryAddress } from "../route.ts";

/** A stop of the tour: where it is and what to look at there. */
export interface TourStep {
  readonly title: string;
  readonly text: string;
  readonly address: (dictionary: string, feature: number) => string;
}

/** The tour through a dictionary. */
export const TOUR: readonly TourStep[] = [
  {
    title: "A dictionary in figures",
    text: "L0 says how many features are active on a token, loss recovered how much of the layer's use to the model they keep. Each bar of the densities leads to the features that fire that often.",
    address: (dictionary) => dictionaryAddress(dictionary, "dictionary"),
  },
  {
    title: "All features in a table",
    text: "Sort by a column's title, type to search tokens and labels, or choose the dead, dense or ultralow ones. The keys j and k go through the rows, Enter opens one.",
    address: (dictionary) => dictionaryAddress(dictionary, "features"),
  },
  {
    title: "One feature",
    text: "Examples go from the strongest down to where it is silent: a good name must fit all of them, not the top alone. The darker, the stronger; a line below a token says whether the feature helped to predict it.",
    address: (dictionary, feature) => `/d/${dictionary}/f/${feature}`,
  },
  {
    title: "Your own text",
    text: "Type a sentence and see which features fire on each of its tokens, by activation or by what they do to the prediction.",
    address: (dictionary) => dictionaryAddress(dictionary, "prompt"),
  },
  {
    title: "Features as actions",
    text: "Hold a feature at a value while the model writes: if its name is right, the text should change in the way the name says.",
    address: (dictionary, feature) => `${dictionaryAddress(dictionary, "steer")}?f=${feature}`,
  },
];

/** The stop an address is at, from 0; undefined when it is on no tour. */
export function parseTourStep(query: URLSearchParams): number | undefined {
  const step = TOUR.findIndex((_, index) => query.get("tour") === String(index + 1));
  return step < 0 ? undefined : step;
}

/** The address of a stop. */
export function tourAddress(step: number, dictionary: string, feature: number): string {
  const address = TOUR[step]!.address(dictionary, feature);
  return `${address}${address.includes("?") ? "&" : "?"}tour=${step + 1}`;
}
