import { z } from "zod";
import { experimentSchema } from "./experiment.ts";

/** One field of an experiment: its dotted path, what it means, and its value where nothing else is said. */
export interface FieldDescription {
  readonly path: string;
  readonly description: string;
  /** Undefined where the field may be left out. */
  readonly fallback: unknown;
  /** The values it may have, where they are few. */
  readonly choices: readonly unknown[];
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Every field that `--set` and presets may give, in the order of the schema. */
export function describeFields(): FieldDescription[] {
  return describeProperties(z.toJSONSchema(experimentSchema) as JsonSchema, "");
}

function describeProperties({ properties = {} }: JsonSchema, prefix: string): FieldDescription[] {
  return Object.entries(properties).flatMap(([name, value]) => {
    const schema = value as JsonSchema;
    const path = `${prefix}${name}`;
    if (schema.properties !== undefined) return describeProperties(schema, `${path}.`);
    return [{ path, description: schema.description ?? "", fallback: schema.default, choices: schema.enum ?? [] }];
  });
}
