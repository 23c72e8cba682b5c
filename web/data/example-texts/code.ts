import type { ExampleText } from "./example-text.ts";

/** What machines read. */
export const CODE: readonly ExampleText[] = [
  {
    id: "python",
    title: "Python",
    language: "zxx",
    text: `import csv
from collections import defaultdict


def mean_by_city(path: str, column: str = "price") -> dict[str, float]:
    """Average a column of a CSV file for each city."""
    totals, counts = defaultdict(float), defaultdict(int)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not row[column]:
                continue
            totals[row["city"]] += float(row[column])
            counts[row["city"]] += 1
    return {city: totals[city] / counts[city] for city in totals}


if __name__ == "__main__":
    print(mean_by_city("flats.csv"))
`,
  },
  {
    id: "javascript",
    title: "JavaScript",
    language: "zxx",
    text: `const cache = new Map();

export async function loadUser(id, { signal } = {}) {
  if (cache.has(id)) return cache.get(id);
  const response = await fetch(\`/api/users/\${id}\`, { signal });
  if (!response.ok) {
    throw new Error(\`user \${id}: status \${response.status}\`);
  }
  const user = await response.json();
  cache.set(id, user);
  return user;
}

document.querySelector("#reload").addEventListener("click", () => {
  cache.clear();
  loadUser(7).then((user) => console.log(user.name));
});
`,
  },
  {
    id: "c",
    title: "C",
    language: "zxx",
    text: `#include <stdio.h>
#include <stdlib.h>

struct node {
    int value;
    struct node *next;
};

static struct node *push(struct node *head, int value)
{
    struct node *n = malloc(sizeof(*n));
    if (n == NULL) {
        perror("malloc");
        exit(EXIT_FAILURE);
    }
    n->value = value;
    n->next = head;
    return n;
}

int main(int argc, char **argv)
{
    struct node *list = NULL;
    for (int i = 1; i < argc; i++)
        list = push(list, atoi(argv[i]));
    printf("%d items\\n", argc - 1);
    return 0;
}
`,
  },
  {
    id: "json",
    title: "JSON",
    language: "zxx",
    text: `{
  "id": 4071,
  "type": "order",
  "customer": { "name": "L. Okafor", "email": "okafor@example.org", "verified": true },
  "items": [
    { "sku": "KB-104-DE", "quantity": 1, "price": 59.9 },
    { "sku": "USB-C-2M", "quantity": 3, "price": 7.25 }
  ],
  "shipping": null,
  "tags": ["gift", "express"],
  "total": 81.65
}`,
  },
  {
    id: "html",
    title: "HTML",
    language: "zxx",
    text: `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Opening hours</title>
    <link rel="stylesheet" href="/style.css">
  </head>
  <body class="page">
    <!-- navigation -->
    <nav><a href="/">Home</a> <a href="/contact" aria-current="page">Contact</a></nav>
    <h1>Opening hours</h1>
    <table>
      <tr><th>Monday</th><td>9:00 &ndash; 17:30</td></tr>
      <tr><th>Tuesday</th><td>closed</td></tr>
    </table>
    <script src="/menu.js" defer></script>
  </body>
</html>`,
  },
  {
    id: "latex",
    title: "LaTeX",
    language: "zxx",
    text: `\\begin{theorem}\\label{thm:mean}
Let $f \\colon [a,b] \\to \\mathbb{R}$ be continuous and differentiable on $(a,b)$. Then there is a $\\xi \\in (a,b)$ with
\\begin{equation}
  f'(\\xi) = \\frac{f(b) - f(a)}{b - a}.
\\end{equation}
\\end{theorem}
\\begin{proof}
Apply Rolle's theorem to $g(x) = f(x) - \\frac{f(b)-f(a)}{b-a}\\,(x-a)$; since $g(a) = g(b)$, the derivative $g'$ has a zero, and $\\sum_{i=1}^{n} \\alpha_i^2 \\leq 1$ follows from \\eqref{eq:norm}.
\\end{proof}`,
  },
  {
    id: "sql",
    title: "SQL",
    language: "zxx",
    text: `CREATE TABLE readings (
  id INTEGER PRIMARY KEY,
  sensor TEXT NOT NULL REFERENCES sensors (name),
  taken_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  celsius REAL CHECK (celsius > -90)
);

SELECT s.name, COUNT(*) AS readings, ROUND(AVG(r.celsius), 1) AS mean
FROM sensors AS s
LEFT JOIN readings AS r ON r.sensor = s.name
WHERE r.taken_at >= '2021-03-01' AND s.retired IS NULL
GROUP BY s.name
HAVING COUNT(*) > 10
ORDER BY mean DESC
LIMIT 5;`,
  },
];
