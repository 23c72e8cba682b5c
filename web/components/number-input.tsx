import { useState } from "preact/hooks";

interface NumberInputProps {
  readonly value: string | number;
  readonly min?: string | number;
  readonly max?: string | number;
  readonly step: string | number;
  readonly placeholder?: string;
  /** Where no label is around it. */
  readonly label?: string;
  readonly onCommit: (text: string) => void;
}

/** A field for a number, told when it is finished: what is half typed stays when the page is drawn again meanwhile. */
export function NumberInput({ value, label, onCommit, ...attributes }: NumberInputProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      {...attributes}
      {...(label === undefined ? {} : { "aria-label": label })}
      type="number"
      inputMode="decimal"
      value={typed ?? value}
      onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={() => setTyped(undefined)}
      onChange={({ currentTarget }) => {
        setTyped(undefined);
        onCommit(currentTarget.value);
      }}
    />
  );
}
