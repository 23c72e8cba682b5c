import { useEffect, useRef, useState } from "preact/hooks";
import { pageLocation, setQuery } from "../location-state.ts";

/** Longer texts, as they stand in an address, are not put there: servers refuse such addresses. */
const MAXIMUM_ENCODED = 6000;
const DELAY_MS = 300;
const STORED = "monosem-long-";

/** A text that is kept in the address. */
export interface TextParameter {
  readonly text: string;
  readonly set: (text: string) => void;
  /** The text is too long for the address; this tab keeps it. */
  readonly isTooLong: boolean;
}

/** A text of the address that changes while someone types; the address follows when they pause. */
export function useTextParameter(name: string, initial = ""): TextParameter {
  const inAddress = pageLocation.value.query.get(name) ?? initial;
  const [text, setText] = useState(() => inAddress || (sessionStorage.getItem(STORED + name) ?? ""));
  const written = useRef(inAddress);
  const isTooLong = encodeURIComponent(text).length > MAXIMUM_ENCODED;
  useEffect(() => {
    if (inAddress === written.current) return;
    written.current = inAddress;
    setText(inAddress);
  }, [inAddress]);
  useEffect(() => {
    const kept = isTooLong ? "" : text;
    if (isTooLong) sessionStorage.setItem(STORED + name, text);
    else sessionStorage.removeItem(STORED + name);
    if (kept === written.current) return;
    const timer = setTimeout(() => {
      written.current = kept === "" ? initial : kept;
      setQuery({ [name]: kept === initial ? "" : kept });
    }, DELAY_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return { text, set: setText, isTooLong };
}
