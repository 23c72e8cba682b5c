import type { ScaleContinuousNumeric } from "d3-scale";
import type { Frame } from "./axes.tsx";

/** What the bars of a histogram are drawn from: equal bins. */
export interface BarsProps {
  readonly counts: readonly number[];
  readonly edges: readonly number[];
  readonly x: ScaleContinuousNumeric<number, number>;
  readonly height: (count: number) => number;
  readonly frame: Frame;
  readonly pointed: number | undefined;
  readonly onPoint: (bin: number | undefined) => void;
  /** Where a bar leads, with its name. */
  readonly link?: ((bin: number) => { readonly address: string; readonly name: string }) | undefined;
}

/** The bars of a histogram, each with a column that can be pointed at however low the bar is. */
export function Bars(props: BarsProps) {
  return props.link === undefined ? <PlainBars {...props} /> : <LinkedBars {...props} link={props.link} />;
}

/** One area takes the pointer for all bars: a page has some hundred of them. */
function PlainBars(props: BarsProps) {
  const { counts, pointed, onPoint } = props;
  const point = (event: PointerEvent) => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    const bin = Math.floor(((event.clientX - left) / width) * counts.length);
    onPoint(Math.max(0, Math.min(counts.length - 1, bin)));
  };
  return (
    <g>
      {pointed !== undefined && <rect class="bin-pointed" {...placeColumn(props, pointed, pointed + 1)} />}
      {counts.map((_, bin) => (
        <rect key={bin} class={bin === pointed ? "bar pointed" : "bar"} {...placeBar(props, bin)} />
      ))}
      <rect class="bin-hit" {...placeColumn(props, 0, counts.length)} onPointerMove={point} />
    </g>
  );
}

function LinkedBars(props: BarsProps & { readonly link: NonNullable<BarsProps["link"]> }) {
  const { counts, onPoint, link } = props;
  const first = counts.findIndex((count) => count > 0);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the links in it
    <g onKeyDown={moveFocus}>
      {counts.map((count, bin) => {
        const marks = (
          <>
            <rect class="bin-hit" {...placeColumn(props, bin, bin + 1)} />
            <rect class="bar" {...placeBar(props, bin)} />
          </>
        );
        const point = { key: bin, onPointerEnter: () => onPoint(bin) };
        if (count === 0)
          return (
            <g class="bin" {...point}>
              {marks}
            </g>
          );
        const { address, name } = link(bin);
        return (
          <a
            class="bin"
            href={address}
            aria-label={name}
            tabIndex={bin === first ? 0 : -1}
            onFocus={() => onPoint(bin)}
            {...point}
          >
            {marks}
          </a>
        );
      })}
    </g>
  );
}

/** The whole height over some bins. */
function placeColumn({ edges, x, frame }: BarsProps, first: number, end: number) {
  const left = round(x(edges[first]!));
  const width = round(x(edges[end]!)) - left;
  return { x: left, width, y: frame.top, height: frame.height - frame.bottom - frame.top };
}

function placeBar({ counts, edges, x, height, frame }: BarsProps, bin: number) {
  const left = round(x(edges[bin]!));
  const width = round(x(edges[bin + 1]!)) - left;
  const tall = round(height(counts[bin]!));
  return {
    x: left + 0.5,
    width: Math.max(0.5, width - 1),
    y: frame.height - frame.bottom - tall,
    height: tall,
  };
}

/** To a 64th of a pixel, which binary fractions hold exactly: bins of other edges then stand at the very same places. */
function round(pixels: number): number {
  return Math.round(pixels * 64) / 64;
}

/** Arrow keys go from bar to bar, so that the chart is one stop of the tabulator key. */
function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step === undefined) return;
  const bars = [...(event.currentTarget as Element).querySelectorAll<SVGAElement>("a")];
  const next = bars[bars.indexOf(event.target as SVGAElement) + step];
  event.preventDefault();
  event.stopPropagation();
  next?.focus();
}
