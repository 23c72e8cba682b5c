import { type DictionaryConfig, dictionaryConfigSchema } from "../../autoencoder/config.ts";
import { renderSuggestion } from "../../numerics/nearest-name.ts";
import { UserError } from "../../numerics/user-error.ts";
import { hashValue } from "../../store/stage-record.ts";
import { type Experiment, flattenExperiment, resolveExperiment } from "../experiment.ts";
import { readRecipe } from "../recipes.ts";
import type { MemberConfig, SweepConfig } from "./sweep-config.ts";

/** One dictionary of a sweep. */
export interface SweepMember {
  /** Name of the dictionary in the run. */
  readonly name: string;
  /** The member's name in the sweep's config; empty in a plain grid. */
  readonly group: string;
  /** The fields that the sweep varies, with this one's values. */
  readonly varied: Readonly<Record<string, unknown>>;
  readonly config: DictionaryConfig;
}

type Fields = Readonly<Record<string, unknown>>;

const LONGEST_NAME = 64;
const HASH_DIGITS = 6;

/**
 * The dictionaries of a sweep over a run of `base`: its dictionary, changed by the sweep's `set`, by the member's own fields, and
 * by one combination of what varies. Unknown fields, contradictions and equal members are `UserError`s (exit code 2) naming the
 * member, before any work is done.
 */
export function resolveMembers(base: Experiment, sweep: SweepConfig, sweepName: string): readonly SweepMember[] {
  const named: readonly (MemberConfig | undefined)[] = sweep.members.length > 0 ? sweep.members : [undefined];
  const members = named.flatMap((member) => {
    const axes = { ...sweep.vary, ...member?.vary };
    checkAxes(sweep, member, axes);
    return combine(axes).map((choice) => resolveMember(base, sweep, sweepName, member, choice));
  });
  if (sweep.members.length === 0 && Object.keys(sweep.vary).length === 0)
    throw new UserError(
      `sweep ${sweepName} has no members: name a preset (--preset l1) or what to vary (--vary dictionary.l1=0.5,1,2)`,
      2,
    );
  checkDistinct(members, sweepName);
  return members;
}

/** Every combination of one value per axis, the last axis varying fastest. */
function combine(axes: Readonly<Record<string, readonly unknown[]>>): Fields[] {
  return Object.entries(axes).reduce<Fields[]>(
    (chosen, [field, values]) => chosen.flatMap((fields) => values.map((value) => ({ ...fields, [field]: value }))),
    [{}],
  );
}

function checkAxes(sweep: SweepConfig, member: MemberConfig | undefined, axes: SweepConfig["vary"]): void {
  const fixed = { ...sweep.set, ...member?.set };
  const where = member === undefined ? "the sweep" : `member ${member.name}`;
  for (const [field, values] of Object.entries(axes)) {
    if (field in fixed) throw new UserError(`${field} is both set and varied in ${where}: leave one of the two out`, 2);
    const repeated = values.find((value, index) => values.findIndex((other) => isSame(other, value)) < index);
    if (repeated !== undefined)
      throw new UserError(`${field} is varied over ${JSON.stringify(repeated)} twice in ${where}`, 2);
  }
}

function resolveMember(
  base: Experiment,
  sweep: SweepConfig,
  sweepName: string,
  member: MemberConfig | undefined,
  choice: Fields,
): SweepMember {
  const parts = [...(member === undefined ? [] : [member.name]), ...Object.entries(choice).map(renderSlug)];
  const name = nameMember(sweepName, parts, { member: member?.name, choice });
  const set = { ...sweep.set, ...member?.set, ...choice };
  const config = nameMistake(name, () => resolveDictionary(base, set, member?.times ?? {}, `member ${name}`));
  return { name, group: member?.name ?? "", varied: choice, config };
}

/** Contradictions and unknown recipes name the member in which they are. */
function nameMistake<T>(name: string, resolve: () => T): T {
  try {
    return resolve();
  } catch (error) {
    if (!(error instanceof UserError) || error.message.startsWith("member ")) throw error;
    throw new UserError(`member ${name}: ${error.message}`, error.exitCode);
  }
}

function resolveDictionary(
  base: Experiment,
  { recipe, ...set }: Fields,
  times: Readonly<Record<string, number>>,
  where: string,
): DictionaryConfig {
  for (const field of [...Object.keys(set), ...Object.keys(times)]) checkField(field, where);
  if (recipe !== undefined && typeof recipe !== "string")
    throw new UserError(`${where}: recipe is ${JSON.stringify(recipe)}, wanted a name`, 2);
  const dictionary = { ...base.dictionary, ...(recipe === undefined ? {} : readRecipe(recipe)) };
  const assign = (fields: Fields) => Object.entries(fields).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const factors = Object.entries(times).map(([field, factor]) => {
    const value = field in set ? set[field] : (dictionary as Fields)[field.replace("dictionary.", "")];
    if (typeof value !== "number")
      throw new UserError(`${where}: times ${field} multiplies ${JSON.stringify(value)}, wanted a number`, 2);
    return [field, Number((value * factor).toPrecision(12))];
  });
  const assignments = [...assign(set), ...assign(Object.fromEntries(factors))];
  return resolveExperiment({ ...base, dictionary }, assignments, where).dictionary;
}

/** Members share corpus and model, so only the dictionary's own fields can differ. */
function checkField(field: string, where: string): void {
  if (field.startsWith("dictionary.")) return;
  const known = ["recipe", ...flattenExperiment(dictionaryConfigSchema.parse({}), "dictionary").keys()];
  const [holder] = field.split(".");
  if (["corpus", "model", "training", "evaluation", "features", "seed"].includes(holder!))
    throw new UserError(
      `${where}: ${field} cannot differ within a sweep, whose dictionaries share one model: use a run of its own`,
      2,
    );
  throw new UserError(
    `${where}: unknown field ${field}${renderSuggestion(field, known) || renderSuggestion(`dictionary.${field}`, known)}; fields are dictionary.NAME, or recipe`,
    2,
  );
}

function checkDistinct(members: readonly SweepMember[], sweepName: string): void {
  const names = new Map<string, SweepMember>();
  const configs = new Map<string, SweepMember>();
  for (const member of members) {
    const twin = names.get(member.name) ?? configs.get(hashValue(member.config));
    if (twin !== undefined)
      throw new UserError(
        twin.name === member.name
          ? `sweep ${sweepName} has two members named ${member.name}`
          : `sweep ${sweepName}: members ${twin.name} and ${member.name} are the same dictionary`,
        2,
      );
    names.set(member.name, member);
    configs.set(hashValue(member.config), member);
  }
}

/** The dictionary's name; one that would be too long is cut and ends in a hash of what it stands for. */
function nameMember(sweepName: string, parts: readonly string[], identity: unknown): string {
  const whole = [sweepName, ...parts].join("-");
  if (whole.length <= LONGEST_NAME) return whole;
  const hash = hashValue(identity).slice(0, HASH_DIGITS);
  return `${whole.slice(0, LONGEST_NAME - HASH_DIGITS - 1).replace(/-+$/, "")}-${hash}`;
}

/** `dictionary.learningRate`, 0.001 as `learning-rate-0p001`. */
function renderSlug([field, value]: readonly [string, unknown]): string {
  const name = field.replace(/^dictionary\./, "");
  return toSlug(`${name}-${renderValue(value)}`);
}

function renderValue(value: unknown): string {
  if (typeof value === "number") return String(value).replace(".", "p").replace("e-", "em");
  if (value !== null && typeof value === "object") return Object.values(value).flat().map(renderValue).join("-");
  return String(value);
}

function toSlug(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

function isSame(a: unknown, b: unknown): boolean {
  return hashValue(a) === hashValue(b);
}
