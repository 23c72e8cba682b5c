import { render } from "preact";
import type { Article } from "../../src/article/article.ts";
import "../styles/article.css";
import { ArticlePage } from "./article-page.tsx";

const article = JSON.parse(document.getElementById("article")!.textContent) as Article;
render(<ArticlePage article={article} />, document.getElementById("app")!);
