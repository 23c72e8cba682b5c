import type { ScaleContinuousNumeric } from "d3-scale";
import type { Frame } from "./axes.tsx";

/** What the bars of a histogram are drawn from. */
export interface BarsProps {
  readonly counts: readonly number[];
  readonly edges: readonly number[];
  readonly x: ScaleContinuousNumeric<number, number>;
  readonly height: (count: number) => number;
  readonly frame: Frame;
  readonly onPoint: (bin: number | undefined) => void;
  /** Where a bar leads, with its name. */
  readonly link?: ((bin: number) => { readonly address: string; readonly name: string }) | undefined;
}

/** The bars of a histogram, each with a column that can be pointed at however low the bar is. */
export function Bars(props: BarsProps) {
  const { counts, edges, onPoint, link } = props;
  const first = counts.findIndex((count) => count > 0);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the links in it
    <g onKeyDown={moveFocus}>
      {counts.map((count, bin) => {
        const marks = <BarMarks {...props} bin={bin} />;
        const point = { key: edges[bin], onPointerEnter: () => onPoint(bin) };
        if (link === undefined || count === 0)
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

function BarMarks({ counts, edges, x, height, frame, bin }: BarsProps & { readonly bin: number }) {
  const baseline = frame.height - frame.bottom;
  const left = x(edges[bin]!);
  const width = x(edges[bin + 1]!) - left;
  const tall = height(counts[bin]!);
  return (
    <>
      <rect class="bin-hit" x={left} width={width} y={frame.top} height={baseline - frame.top} />
      <rect class="bar" x={left + 0.5} width={Math.max(0.5, width - 1)} y={baseline - tall} height={tall} />
    </>
  );
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
