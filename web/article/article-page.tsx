import type { Article, Section } from "../../src/article/article.ts";
import { SafeText } from "../components/safe-text.tsx";
import { ThemeButton } from "../components/theme-button.tsx";
import { ArticleBlock } from "./article-block.tsx";

/** A run told as an article: its contents and its sections. */
export function ArticlePage({ article }: { readonly article: Article }) {
  const { title, subtitle, sections } = article;
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      <header class="site-header">
        <span class="brand">monosem</span>
        <div class="header-actions">
          <ThemeButton />
        </div>
      </header>
      <main id="main" tabIndex={-1} class="article">
        <h1>
          <SafeText text={title} />
        </h1>
        <p class="note">{subtitle}</p>
        <nav class="card contents" aria-label="Contents">
          <ol>
            {sections.map(({ id, title: name }) => (
              <li key={id}>
                <a href={`#${id}`}>{name}</a>
              </li>
            ))}
          </ol>
        </nav>
        {sections.map((section) => (
          <ArticleSection key={section.id} section={section} />
        ))}
      </main>
    </>
  );
}

function ArticleSection({ section }: { readonly section: Section }) {
  const heading = `${section.id}-title`;
  return (
    <section id={section.id} class="section" aria-labelledby={heading}>
      <h2 id={heading}>{section.title}</h2>
      {section.blocks.map((block, place) => (
        <ArticleBlock key={place} block={block} />
      ))}
    </section>
  );
}
