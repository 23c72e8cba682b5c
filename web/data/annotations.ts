import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Annotation, AnnotationChange, DictionaryAnnotations, Explanation } from "../../src/server/api.ts";
import { fetchJson, sendJson } from "./fetch-data.ts";

/** What people and methods said about the features of a dictionary. */
export interface Annotations {
  readonly byFeature: ReadonlyMap<number, Annotation>;
  readonly explanations: ReadonlyMap<number, readonly Explanation[]>;
}

const NONE: Annotations = { byFeature: new Map(), explanations: new Map() };
const known = new Map<string, Signal<Annotations>>();

/** The annotations of a dictionary, asked for once; none until they are here. */
export function readAnnotations(dictionary: string): ReadonlySignal<Annotations> {
  const present = known.get(dictionary);
  if (present !== undefined) return present;
  const annotations = signal(NONE);
  known.set(dictionary, annotations);
  fetchJson<DictionaryAnnotations>(`/api/d/${dictionary}/annotations`).then(
    (answer) => {
      annotations.value = {
        byFeature: new Map(answer.annotations.map((annotation) => [annotation.feature, annotation])),
        explanations: Map.groupBy(answer.explanations, ({ feature }) => feature),
      };
    },
    () => known.delete(dictionary),
  );
  return annotations;
}

/** Stores a change of what is said about a feature; throws an `Error` with the server's sentence. */
export async function saveAnnotation(dictionary: string, feature: number, change: AnnotationChange): Promise<void> {
  const annotations = known.get(dictionary);
  const address = `/api/d/${dictionary}/features/${feature}/annotation`;
  const saved = await sendJson<Annotation>("PUT", address, change);
  if (annotations === undefined) return;
  const byFeature = new Map(annotations.value.byFeature).set(feature, saved);
  if (saved.label === "" && saved.note === "" && saved.rating === null) byFeature.delete(feature);
  annotations.value = { ...annotations.value, byFeature };
}
