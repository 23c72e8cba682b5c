import { useEffect, useRef, useState } from "preact/hooks";
import type { DictionaryData } from "../data/dictionary-data.ts";
import { MiniCard } from "./mini-card.tsx";
import { SafeText } from "./safe-text.tsx";

const WAIT_MS = 120;

/** A link to a feature; pointing at it, or focusing it, shows what the feature is about. */
export function FeatureLink(props: {
  readonly data: DictionaryData;
  readonly feature: number;
  readonly label?: string | undefined;
  readonly address: string;
}) {
  const { data, feature, label } = props;
  const link = useRef<HTMLAnchorElement>(null);
  const [box, setBox] = useState<DOMRect>();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const after = (change: () => void) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(change, WAIT_MS);
  };
  const open = () => after(() => setBox(link.current?.getBoundingClientRect()));
  const close = () => after(() => setBox(undefined));
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (box === undefined) return;
    const dismiss = (event: Event) => {
      if (event instanceof KeyboardEvent && event.key !== "Escape") return;
      setBox(undefined);
    };
    addEventListener("keydown", dismiss);
    addEventListener("scroll", dismiss, { passive: true });
    return () => {
      removeEventListener("keydown", dismiss);
      removeEventListener("scroll", dismiss);
    };
  }, [box]);
  return (
    <span class="feature-link">
      <a ref={link} href={props.address} onMouseEnter={open} onMouseLeave={close} onFocus={open} onBlur={close}>
        {feature}
        {label !== undefined && label !== "" && (
          <span class="feature-label">
            {" "}
            <SafeText text={label} />
          </span>
        )}
      </a>
      {box !== undefined && (
        // biome-ignore lint/a11y/noStaticElementInteractions: it only stays while one points at it
        <div onMouseEnter={open} onMouseLeave={close}>
          <MiniCard data={data} feature={feature} anchor={box} />
        </div>
      )}
    </span>
  );
}
