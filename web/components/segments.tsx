/** One of few choices, side by side. */
export function Segments<T extends string>(props: {
  readonly legend: string;
  readonly name: string;
  readonly choices: Readonly<Partial<Record<T, string>>>;
  readonly value: T;
  readonly onChoose: (value: T) => void;
}) {
  return (
    <fieldset class="filters">
      <legend class="visually-hidden">{props.legend}</legend>
      {(Object.keys(props.choices) as T[]).map((choice) => (
        <label class="filter" key={choice}>
          <input
            type="radio"
            name={props.name}
            checked={props.value === choice}
            onChange={() => props.onChoose(choice)}
          />
          <span>{props.choices[choice]}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Something that is on or off. */
export function Toggle(props: {
  readonly title: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <label class="toggle" title={props.hint}>
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>{props.title}</span>
    </label>
  );
}
