import type { MatchProfile, ProxyProfiles, SpecificityProfiles } from "../../src/analysis/specificity.ts";
import type { Series } from "../charts/line-scales.ts";
import { fetchJson } from "./fetch-data.ts";

const loaded = new Map<string, Promise<readonly ProxyProfiles[]>>();

/** The activations by level of what came near each proxy; none where specificity was not measured. Asked for once. */
export function loadProfiles(dictionary: string): Promise<readonly ProxyProfiles[]> {
  const known = loaded.get(dictionary);
  if (known !== undefined) return known;
  const profiles = fetchJson<SpecificityProfiles>(`/api/d/${dictionary}/analyses/specificity-profiles`).then(
    (answer) => answer.profiles,
    () => {
      loaded.delete(dictionary);
      return [];
    },
  );
  loaded.set(dictionary, profiles);
  return profiles;
}

/** A feature's profile for a proxy. */
export interface FoundProfile {
  readonly proxy: ProxyProfiles;
  readonly profile: MatchProfile;
}

/** The proxies that a feature came near, the one it predicts best first. */
export function findProfiles(profiles: readonly ProxyProfiles[], feature: number): FoundProfile[] {
  const found = profiles.flatMap((proxy) => {
    const profile = proxy.features.find(({ index }) => index === feature);
    return profile === undefined ? [] : [{ proxy, profile }];
  });
  return found.sort((a, b) => b.profile.f1 - a.profile.f1);
}

/** The share of a feature's tokens that belong to a proxy, at each level and from it on, and of the proxy's tokens from it on. */
export function listLevelShares({ proxy, profile }: FoundProfile): Series[] {
  const { counts, positives, maximum } = profile;
  const levels = counts.map((_, level) => level);
  const sumFrom = (values: readonly number[], level: number) =>
    values.slice(level).reduce((total, value) => total + value, 0);
  const place = (level: number) => (level * maximum) / counts.length;
  const share = (hits: number, of: number, level: number) => (of === 0 ? [] : [{ x: place(level), y: hits / of }]);
  return [
    {
      name: "share at this level",
      tone: "accent",
      points: levels.flatMap((level) => share(positives[level]!, counts[level]!, level)),
      dots: true,
    },
    {
      name: "precision above",
      tone: "ink",
      points: levels.flatMap((level) => share(sumFrom(positives, level), sumFrom(counts, level), level)),
    },
    {
      name: "sensitivity above",
      tone: "soft",
      points: levels.flatMap((level) => share(sumFrom(positives, level), proxy.positives, level)),
    },
  ];
}
