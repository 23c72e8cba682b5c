import { parseArgs } from "node:util";
import { renderSuggestion } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";

/** One option of a command: `--name VALUE` (or `--name` alone for a flag). */
export interface OptionSpec {
  readonly kind: "string" | "strings" | "integer" | "flag";
  readonly placeholder?: string;
  readonly describe: string;
  readonly default?: string | number;
}

/** The one argument without a name that a command may take. */
export interface ArgumentSpec {
  readonly placeholder: string;
  readonly describe: string;
}

/** Values given on the command line, by option name. */
export interface OptionValues {
  /** The argument without a name. */
  readonly argument: string | undefined;
  readonly string: (name: string) => string | undefined;
  readonly strings: (name: string) => readonly string[];
  readonly integer: (name: string) => number | undefined;
  readonly flag: (name: string) => boolean;
}

/** One command of the CLI: what it is for, its options, and what it does. */
export interface Command {
  readonly summary: string;
  readonly argument?: ArgumentSpec;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** The option that takes several values after one another, as a shell leaves them of a glob: `--activations a.npy b.npy`. */
  readonly greedy?: string;
  readonly examples?: readonly string[];
  /** Lines that close the help text. */
  readonly notes?: () => readonly string[];
  readonly run: (values: OptionValues) => Promise<void>;
}

/** Parses a command's arguments; a flag that is not its own, a missing or malformed value is a `UserError` (exit code 2). */
export function parseOptions(name: string, command: Command, args: readonly string[]): OptionValues {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([key, spec]) => [
      key,
      { type: spec.kind === "flag" ? ("boolean" as const) : ("string" as const), multiple: spec.kind === "strings" },
    ]),
  );
  const { values, tokens, positionals } = parseArgs({
    args: repeatGreedy(args, command.greedy),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) if (token.kind === "option") checkOption(name, command, token);
  const allowed = command.argument === undefined ? 0 : 1;
  if (positionals.length > allowed)
    throw new UserError(`${name}: unexpected argument ${positionals[allowed]}; see monosem ${name} --help`, 2);
  for (const [key, spec] of Object.entries(command.options))
    if (spec.kind === "integer") checkInteger(key, values[key]);
  const value = (key: string) => values[key] ?? command.options[key]?.default;
  return {
    argument: positionals[0],
    string: (key) => value(key)?.toString(),
    strings: (key) => (values[key] as string[] | undefined) ?? [],
    integer: (key) => (value(key) === undefined ? undefined : Number(value(key))),
    flag: (key) => values[key] === true,
  };
}

/** Puts the greedy option before each further value of it: `--activations a b` becomes `--activations a --activations b`. */
function repeatGreedy(args: readonly string[], greedy: string | undefined): string[] {
  const flag = `--${greedy}`;
  let values = 0;
  return args.flatMap((arg) => {
    const isOption = arg.startsWith("-") && arg !== "-";
    if (isOption) values = arg === flag ? 1 : arg.startsWith(`${flag}=`) ? 2 : 0;
    else if (values > 0) values++;
    return !isOption && values > 2 ? [flag, arg] : [arg];
  });
}

/** The help text of one command. */
export function renderCommandHelp(name: string, command: Command): string {
  const { argument } = command;
  const rows = Object.entries(command.options).map(([key, spec]) => {
    const left = `  --${key}${spec.kind === "flag" ? "" : ` ${spec.placeholder ?? "VALUE"}`}`;
    const fallback = spec.default === undefined ? "" : ` (default ${spec.default})`;
    return `${left.padEnd(26)} ${spec.describe}${fallback}`;
  });
  const examples = (command.examples ?? []).map((example) => `  ${example}`);
  return [
    `monosem ${name}: ${command.summary}`,
    "",
    ...(argument === undefined ? [] : [`  ${argument.placeholder.padEnd(24)} ${argument.describe}`]),
    ...rows,
    ...(examples.length > 0 ? ["", "Examples", ...examples] : []),
    ...(command.notes === undefined ? [] : ["", ...command.notes()]),
  ].join("\n");
}

function checkOption(
  name: string,
  command: Command,
  token: { readonly name: string; readonly value?: string | undefined },
): void {
  const spec = Object.hasOwn(command.options, token.name) ? command.options[token.name] : undefined;
  const known = Object.keys(command.options);
  if (spec === undefined)
    throw new UserError(
      `${name}: unknown flag --${token.name}${renderSuggestion(token.name, known)}; see monosem ${name} --help`,
      2,
    );
  if (spec.kind === "flag" && token.value !== undefined)
    throw new UserError(`${name}: --${token.name} takes no value, got ${token.value}`, 2);
  if (spec.kind !== "flag" && token.value === undefined)
    throw new UserError(`${name}: --${token.name} wants a value: --${token.name} ${spec.placeholder ?? "VALUE"}`, 2);
}

function checkInteger(key: string, value: unknown): void {
  if (value !== undefined && !/^\d{1,15}$/.test(String(value)))
    throw new UserError(`--${key} is ${String(value)}, wanted a whole number such as 2`, 2);
}
