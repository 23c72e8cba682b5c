import { notice } from "../data/notice.ts";

/** What just happened, in a corner of the page. */
export function NoticeLine() {
  return (
    <p class="notice-line" role="status">
      {notice.value !== "" && <span>{notice.value}</span>}
    </p>
  );
}
