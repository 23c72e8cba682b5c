import { useTitle } from "../data/use-title.ts";

/** The lists of features of all runs. */
export function ListsPage() {
  useTitle("Lists");
  return (
    <div class="page-head">
      <h1>Lists</h1>
    </div>
  );
}
