import type { Ultralow } from "../../../src/analysis/ultralow-result.ts";
import { PointCloud } from "../../charts/point-cloud.tsx";
import { formatCount, formatPowerOfTen, formatSignificant } from "../../text/format-number.ts";

type AxisName = "logDensity" | "encoderBias" | "product";

const AXES: Readonly<
  Record<AxisName, { readonly title: string; readonly label: string; readonly format: (value: number) => string }>
> = {
  logDensity: {
    title: "Density",
    label: "density",
    format: (value) => (Number.isInteger(value) ? formatPowerOfTen(value) : (10 ** value).toExponential(1)),
  },
  encoderBias: { title: "Encoder bias", label: "encoder bias", format: showNumber },
  product: { title: "Encoder · decoder row", label: "encoder · decoder row", format: showNumber },
};

const SIDES: readonly (readonly [AxisName, AxisName])[] = [
  ["logDensity", "encoderBias"],
  ["logDensity", "product"],
  ["encoderBias", "product"],
];

/** The three figures that set the cluster apart, from three sides; members are drawn above the others. */
export function UltralowSpace(props: {
  readonly found: Ultralow;
  readonly address: (feature: number) => string;
  readonly onOpen: (address: string) => void;
}) {
  const { found, address, onOpen } = props;
  const { features } = found;
  const name = (index: number) =>
    `${index}: ${formatCount(features.firings[index]!)} firings, bias ${showNumber(features.encoderBias[index]!)}, product ${showNumber(features.product[index]!)}`;
  return (
    <>
      {SIDES.map(([x, y]) => (
        <div class="card" key={`${x} ${y}`}>
          <PointCloud
            title={`${AXES[y].title} against ${AXES[x].label}`}
            xLabel={AXES[x].label}
            yLabel={AXES[y].label}
            x={features[x]}
            y={features[y]}
            range={{ x: findEnds(features[x], x), y: findEnds(features[y], y) }}
            formatX={AXES[x].format}
            formatY={AXES[y].format}
            marked={{ is: (index) => features.member[index] === 1, name: nameMembers(found), rest: "others" }}
            name={name}
            address={address}
            onOpen={onOpen}
            table={{
              columns: ["feature", AXES[x].label, AXES[y].label, "group"],
              rows: () =>
                features.member.map((member, index) => [
                  String(index),
                  AXES[x].format(features[x][index]!),
                  AXES[y].format(features[y][index]!),
                  member === 1 ? nameMembers(found) : "others",
                ]),
            }}
          />
        </div>
      ))}
    </>
  );
}

/** What the features that are looked at are called. */
export function nameMembers({ chosenBy }: Pick<Ultralow, "chosenBy">): string {
  return chosenBy === "cluster" ? "ultralow cluster" : "below density 1e-4";
}

function findEnds(values: readonly number[], axis: AxisName): [number, number] {
  const [low, high] = values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as readonly [number, number]);
  if (axis === "logDensity") return [Math.floor(low), Math.min(0, Math.ceil(high))];
  const room = (high - low) * 0.05 || 0.5;
  return [low - room, high + room];
}

function showNumber(value: number): string {
  return `${value < 0 ? "−" : ""}${formatSignificant(Math.abs(value), 2)}`;
}
