import { effect, type Signal, signal } from "@preact/signals";

/** A choice that this browser keeps: anything stored that is none of the choices counts as the first of them. */
export function createPreference<T extends string>(name: string, choices: readonly [T, ...T[]]): Signal<T> {
  const stored = readStored(name);
  const preference = signal<T>(choices.find((choice) => choice === stored) ?? choices[0]);
  keep(name, preference);
  return preference;
}

/** Names that this browser keeps, such as those of folded panels. */
export function createNameSet(name: string): Signal<ReadonlySet<string>> {
  const names = signal<ReadonlySet<string>>(
    new Set(
      readStored(name)
        ?.split(" ")
        .filter((word) => word !== ""),
    ),
  );
  effect(() => store(name, [...names.value].join(" ")));
  return names;
}

function keep(name: string, preference: Signal<string>): void {
  effect(() => store(name, preference.value));
}

/** A browser may forbid storage, to a page in a frame for instance: then choices last as long as the page. */
function readStored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function store(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // See readStored.
  }
}
