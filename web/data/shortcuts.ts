/** Keys and what they do, as the help lists them. */
export interface ShortcutGroup {
  readonly title: string;
  readonly keys: readonly (readonly [keys: readonly string[], meaning: string])[];
}

/** All single keys of the page. */
export const SHORTCUTS: readonly ShortcutGroup[] = [
  {
    title: "Everywhere",
    keys: [
      [["?"], "this help"],
      [["Esc"], "close what is open"],
      [["/"], "search the dictionary's features"],
      [["g o"], "to the dictionary's overview"],
      [["g t"], "to its table of features"],
      [["g p"], "to your own text"],
      [["g s"], "to steering"],
      [["g e"], "to the example texts"],
      [["g a"], "to the analyses of its features"],
    ],
  },
  {
    title: "In the table",
    keys: [
      [["j", "↓"], "next row"],
      [["k", "↑"], "previous row"],
      [["Enter"], "open the feature"],
    ],
  },
  {
    title: "On a feature's page",
    keys: [
      [["→", "j"], "next feature, in the order and filter of the table"],
      [["←", "k"], "previous feature"],
      [["r"], "any feature that fires"],
      [["1 … 9", "0"], "to interval 1 to 9, and to 10"],
      [["c"], "lines aligned, text that flows, or whole contexts"],
      [["n"], "break lines where the text does"],
      [["e"], "effects on the loss, on logits, or none"],
      [["y"], "copy the link"],
      [["b"], "bookmark"],
      [["l"], "label"],
    ],
  },
  {
    title: "On the page of splitting",
    keys: [
      [["→"], "to the feature's closest child"],
      [["←"], "to its closest parent"],
    ],
  },
  {
    title: "While rating",
    keys: [
      [["0 … 5"], "so many points for the question that is open"],
      [["Enter"], "keep the interpretation; to the next unit"],
      [["Backspace"], "take the last answer back"],
    ],
  },
  {
    title: "On the map",
    keys: [
      [["←", "→", "↑", "↓"], "move it"],
      [["+", "-"], "nearer and farther"],
      [["0"], "all of it"],
    ],
  },
  {
    title: "In an example",
    keys: [
      [["←", "→"], "token to token"],
      [["↑", "↓"], "example to example"],
      [["Home", "End"], "first and last token"],
    ],
  },
];
