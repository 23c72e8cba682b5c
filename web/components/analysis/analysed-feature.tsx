import type { DictionaryData } from "../../data/dictionary-data.ts";
import { FeatureLink } from "../feature-link.tsx";

/** The dictionary whose features an analysis lists; its table comes later, or never where it has no pages. */
export interface AnalysedDictionary {
  readonly id: string;
  readonly data: DictionaryData | undefined;
}

/** A link to a feature that an analysis names. */
export function AnalysedFeature(props: { readonly dictionary: AnalysedDictionary; readonly feature: number }) {
  const { dictionary, feature } = props;
  const address = `/d/${dictionary.id}/f/${feature}`;
  if (dictionary.data === undefined) return <a href={address}>{feature}</a>;
  return <FeatureLink data={dictionary.data} feature={feature} address={address} />;
}
