import type { Block, ExampleLine, Table } from "../../src/article/article.ts";
import { SafeText } from "../components/safe-text.tsx";
import { ScrollRegion } from "../components/scroll-region.tsx";
import { ArticleFigure } from "./article-figure.tsx";

/** One part of a section. */
export function ArticleBlock({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case "text":
      return (
        <p class="prose">
          <SafeText text={block.text} />
        </p>
      );
    case "table":
      return <ArticleTable table={block} />;
    case "figure":
      return (
        <div class="card">
          <ArticleFigure figure={block} />
        </div>
      );
    case "command":
      return (
        <p class="note">
          {block.missing ? "To compute it: " : "Made by "}
          <code>
            <SafeText text={block.command} />
          </code>
        </p>
      );
    case "examples":
      return <Examples title={block.title} lines={block.lines} />;
    default:
      return block satisfies never;
  }
}

function ArticleTable({ table }: { readonly table: Table }) {
  return (
    <div class="card">
      <ScrollRegion label={table.caption}>
        <table class="figures">
          <caption>{table.caption}</caption>
          <thead>
            <tr>
              {table.columns.map((column, place) => (
                <th scope="col" key={place}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, line) => (
              <tr key={line}>
                {row.map((cell, place) =>
                  place === 0 ? (
                    <th scope="row" key={place}>
                      <SafeText text={cell} />
                    </th>
                  ) : (
                    <td key={place}>
                      <SafeText text={cell} />
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}

function Examples(props: { readonly title: string; readonly lines: readonly ExampleLine[] }) {
  return (
    <div class="card">
      <h3>{props.title}</h3>
      <ScrollRegion label={props.title}>
        <ol class="article-examples">
          {props.lines.map(({ before, token, after, activation }, line) => (
            <li key={line}>
              <span class="soft">{activation.toFixed(2)}</span> <SafeText text={before} />
              <mark>
                <SafeText text={token} />
              </mark>
              <SafeText text={after} />
            </li>
          ))}
        </ol>
      </ScrollRegion>
    </div>
  );
}
