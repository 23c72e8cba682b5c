import { Segments } from "./segments.tsx";

/** A few choices side by side under the name of what is chosen. */
export function ChoiceGroup<Choice extends string>({
  legend,
  name,
  choices,
  value,
  onChange,
}: {
  readonly legend: string;
  readonly name: string;
  readonly choices: Readonly<Record<Choice, string>>;
  readonly value: Choice;
  readonly onChange: (choice: Choice) => void;
}) {
  return (
    <div class="choices">
      <span class="choices-name" aria-hidden="true">
        {legend}
      </span>
      <Segments legend={legend} name={name} choices={choices} value={value} onChoose={onChange} />
    </div>
  );
}
