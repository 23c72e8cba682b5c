import type { LinkStatistics, PartnerEstimate, ShareEstimate, Splitting } from "../../../src/analysis/splitting.ts";
import { formatCount, formatPercent } from "../../text/format-number.ts";
import { ScrollRegion } from "../scroll-region.tsx";

/** From each size to the next, above a threshold: how many features are linked, with intervals, and how many chance would link. */
export function LevelTable({ splitting, least }: { readonly splitting: Splitting; readonly least: number }) {
  const { levels, links } = splitting;
  return (
    <ScrollRegion label="Links from each size to the next">
      <table class="figures level-table">
        <caption class="visually-hidden">Links from each size to the next, masked cosine above {least}</caption>
        <thead>
          <tr>
            <th scope="col">features</th>
            <th scope="col">edges</th>
            <th scope="col">with a child</th>
            <th scope="col">by chance</th>
            <th scope="col">children, median</th>
            <th scope="col">with a parent</th>
            <th scope="col">by chance</th>
            <th scope="col">parents, median</th>
          </tr>
        </thead>
        <tbody>
          {links.map(({ statistics }, index) => (
            <tr key={index}>
              <th scope="row">
                {formatCount(levels[index]!.features)} → {formatCount(levels[index + 1]!.features)}
              </th>
              <Cells statistics={statistics.find(({ threshold }) => threshold === least)!} />
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Cells({ statistics }: { readonly statistics: LinkStatistics }) {
  const { edges, children, parents, chance } = statistics;
  return (
    <>
      <td>{formatCount(edges)}</td>
      <Share share={children?.withAny ?? null} />
      <Share share={chance.children} />
      <Median partners={children} />
      <Share share={parents?.withAny ?? null} />
      <Share share={chance.parents} />
      <Median partners={parents} />
    </>
  );
}

function Share({ share }: { readonly share: ShareEstimate | null }) {
  if (share === null) return <td>none</td>;
  const { count, total, interval } = share;
  return (
    <td title={`${formatCount(count)} of ${formatCount(total)}`}>
      {formatPercent(count / total)} <span class="soft">{interval.map(formatPercent).join(" – ")}</span>
    </td>
  );
}

function Median({ partners }: { readonly partners: PartnerEstimate | null }) {
  if (partners === null) return <td>none</td>;
  const { median, interval } = partners.median;
  return (
    <td>
      {median} <span class="soft">{interval.join("–")}</span>
    </td>
  );
}
