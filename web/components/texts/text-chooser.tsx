import type { ExampleTextGroup } from "../../data/example-texts/example-text.ts";

/** The texts to choose from, by kind. */
export function TextChooser({
  groups,
  chosen,
  onChoose,
}: {
  readonly groups: readonly ExampleTextGroup[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}) {
  return (
    <div class="text-chooser">
      {groups.map(({ title, texts }) => (
        <fieldset class="choices" key={title}>
          <legend>{title}</legend>
          <div class="filters">
            {texts.map((text) => (
              <label class="filter" key={text.id}>
                <input type="radio" name="x" checked={text.id === chosen} onChange={() => onChoose(text.id)} />
                <span>{text.title}</span>
              </label>
            ))}
          </div>
        </fieldset>
      ))}
    </div>
  );
}
