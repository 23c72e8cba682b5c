import { useTitle } from "../data/use-title.ts";

/** What the words mean, which keys do something, and where to begin. */
export function HelpPage() {
  useTitle("Help");
  return (
    <div class="page-head">
      <h1>Help</h1>
    </div>
  );
}
