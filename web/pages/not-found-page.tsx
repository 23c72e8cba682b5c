import { useTitle } from "../data/use-title.ts";

/** An address that stands for nothing. */
export function NotFoundPage() {
  useTitle("Not found");
  return (
    <div class="page-head">
      <h1>Nothing is here</h1>
      <p class="lead">
        This address stands for no page. <a href="/">All runs</a> are listed on the first one.
      </p>
    </div>
  );
}
