import { blur, contentNotice } from "../data/preferences.ts";

/** Says once that the texts were written by many people and can be unpleasant. */
export function ContentNotice() {
  if (contentNotice.value === "read") return null;
  const close = () => {
    contentNotice.value = "read";
  };
  return (
    <div class="banner" role="note">
      <span>
        Examples are cut from the text the model was judged on, unchosen and unchecked. Text of the open internet can be
        offensive or wrong.
      </span>
      <span class="banner-actions">
        <button
          type="button"
          class="button"
          onClick={() => {
            blur.value = "on";
            close();
          }}
        >
          Blur texts
        </button>
        <button type="button" class="button primary" onClick={close}>
          Understood
        </button>
      </span>
    </div>
  );
}
