import { expect, test } from "vitest";
import { modelConfigSchema } from "./config.ts";
import { listSites, parseSite } from "./sites.ts";

const config = modelConfigSchema.parse({ vocabularySize: 11, layers: 2, dModel: 8, heads: 2, dMlp: 16 });

test("every listed site parses to its layer, kind and width", () => {
  expect(parseSite("blocks.1.mlp.hook_post", config)).toEqual({
    name: "blocks.1.mlp.hook_post",
    layer: 1,
    kind: "mlp.hook_post",
    width: 16,
  });
  expect(parseSite("blocks.0.hook_resid_mid", config).width).toBe(8);
  for (const site of listSites(config)) expect(parseSite(site.name, config)).toEqual(site);
});

test("a misspelt site or a layer too many names the nearest site", () => {
  expect(() => parseSite("blocks.0.mlp.hook_pots", config)).toThrow("did you mean blocks.0.mlp.hook_post?");
  expect(() => parseSite("blocks.7.attn.hook_z", config)).toThrow(
    /did you mean blocks.[01].attn.hook_z.*layers run from 0 to 1/,
  );
});
