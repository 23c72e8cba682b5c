import { renderSuggestion } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";
import type { ModelConfig } from "./config.ts";

const SITE_KINDS = [
  "hook_resid_pre",
  "attn.hook_z",
  "hook_attn_out",
  "hook_resid_mid",
  "hook_mlp_in",
  "mlp.hook_pre",
  "mlp.hook_post",
  "hook_mlp_out",
  "hook_resid_post",
] as const;

/** A place within a block, in the order of the forward pass. */
export type SiteKind = (typeof SITE_KINDS)[number];

/** A place in the model by TransformerLens's name, e.g. `blocks.0.mlp.hook_post`. */
export type SiteName = `blocks.${number}.${SiteKind}`;

/** A place in the model and the width of its activations. */
export interface Site {
  readonly name: SiteName;
  readonly layer: number;
  readonly kind: SiteKind;
  readonly width: number;
}

/** The name of a place in block `layer`. */
export function siteName(layer: number, kind: SiteKind): SiteName {
  return `blocks.${layer}.${kind}`;
}

/** All places of a model, in the order of the forward pass. */
export function listSites(config: ModelConfig): Site[] {
  return Array.from({ length: config.layers }, (_, layer) =>
    SITE_KINDS.map((kind) => ({ name: siteName(layer, kind), layer, kind, width: siteWidth(kind, config) })),
  ).flat();
}

/** The place called `name`; a `UserError` with the nearest name where there is none. */
export function parseSite(name: string, config: ModelConfig): Site {
  const sites = listSites(config);
  const found = sites.find((site) => site.name === name);
  if (found !== undefined) return found;
  const names = sites.map((site) => site.name);
  throw new UserError(
    `the model has no site "${name}"${renderSuggestion(name, names)}; layers run from 0 to ${config.layers - 1}`,
    2,
  );
}

function siteWidth(kind: SiteKind, config: ModelConfig): number {
  return kind === "mlp.hook_pre" || kind === "mlp.hook_post" ? config.dMlp : config.dModel;
}
