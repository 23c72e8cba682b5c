import { useLayoutEffect, useRef } from "preact/hooks";
import { isTyping } from "./is-typing.ts";
import { shortcuts } from "./preferences.ts";

/** What keys do, by their name: `r`, `ArrowLeft`, or two after one another as `g t`. */
export type KeyMap = Readonly<Record<string, () => void>>;

interface KeyHolder {
  readonly current: KeyMap;
}

const SEQUENCE_MS = 1500;
const holders: KeyHolder[] = [];
let pending: { readonly key: string; readonly until: number } | undefined;

/** Listens to keys from the first frame a component is on the screen until it goes; of two components the later one answers. */
export function useKeys(keys: KeyMap): void {
  const holder = useRef(keys);
  holder.current = keys;
  useLayoutEffect(() => {
    if (holders.length === 0) addEventListener("keydown", onKey);
    holders.push(holder);
    return () => {
      holders.splice(holders.indexOf(holder), 1);
      if (holders.length === 0) removeEventListener("keydown", onKey);
    };
  }, []);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || isTyping(event)) return;
  const key = nameKey(event);
  if (shortcuts.value === "off" && key !== "Escape") return;
  const first = pending !== undefined && event.timeStamp < pending.until ? pending.key : undefined;
  pending = undefined;
  const action = first === undefined ? find(key) : find(`${first} ${key}`);
  if (action !== undefined) {
    event.preventDefault();
    action();
  } else if (startsSequence(key)) pending = { key, until: event.timeStamp + SEQUENCE_MS };
}

function find(name: string): (() => void) | undefined {
  const holder = holders.findLast(({ current }) => Object.hasOwn(current, name));
  return holder?.current[name];
}

function startsSequence(key: string): boolean {
  return holders.some(({ current }) => Object.keys(current).some((name) => name.startsWith(`${key} `)));
}

/** The key's name; on a keyboard of another script the Latin letter or digit of the same place. */
function nameKey({ key, code }: KeyboardEvent): string {
  const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(code);
  return key.length === 1 && key > "\u007f" && place !== null ? (place[1]?.toLowerCase() ?? place[2]!) : key;
}
