import type { ExampleText } from "./example-text.ts";

/** English of several kinds. */
export const PROSE: readonly ExampleText[] = [
  {
    id: "prose",
    title: "English prose",
    language: "en",
    text: `The lighthouse had been empty for eleven years when Miriam bought it. She arrived with two suitcases, a kettle and no plan. On the first evening the wind pushed at the windows so hard that she could not tell whether the house was leaning or she was. By morning the sea lay flat as slate. A fisherman rowed past, lifted one hand and called something about the weather; she waved back as if she had always lived there.`,
  },
  {
    id: "dialogue",
    title: "dialogue",
    language: "en",
    text: `"Did you lock the door?" Anna asked.
"Twice," said Peter. "You watched me do it."
"I watched you the first time. Then the phone rang."
He sighed, took the keys out of his pocket and held them up. "Shall we go back?"
"No." She was already turning round. "Yes. I'm sorry, I won't sleep otherwise."
"It's fine," he said. "I wasn't sure either."`,
  },
  {
    id: "poem",
    title: "poem",
    language: "en",
    text: `The kettle hums, the window greys,
A blackbird tries the gate;
The morning has a hundred ways
Of telling us it's late.

We count the cups, we count the spoons,
We count what we forgot:
Nine letters and a pair of tunes,
And if we care or not.`,
  },
  {
    id: "recipe",
    title: "recipe",
    language: "en",
    text: `Lemon and lentil soup (serves 4)

Ingredients: 250 g red lentils, 1 large onion, 2 cloves of garlic, 1 tsp cumin, 1.2 litres of stock, juice of 1 lemon, salt.

1. Heat 2 tbsp of olive oil in a large pan and soften the onion for 8 minutes.
2. Stir in the garlic and cumin; cook for 1 minute more.
3. Add the lentils and stock, bring to the boil, then simmer for 20 minutes.
4. Blend until smooth. Season, add the lemon juice and serve with warm bread.`,
  },
  {
    id: "legal",
    title: "contract",
    language: "en",
    text: `4.2 Subject to Clause 7, neither Party shall be liable to the other for any indirect or consequential loss arising out of or in connection with this Agreement, whether in contract, tort or otherwise. 4.3 Notwithstanding the foregoing, nothing in this Agreement shall exclude or limit the liability of the Supplier for (a) death or personal injury caused by its negligence; or (b) fraud. 4.4 The Licensee shall, within thirty (30) days of receipt of written notice, return all Confidential Information.`,
  },
];
