import { createRandomStream } from "../../src/numerics/random.ts";

const SENTENCES = [
  "The quick brown fox jumps over the lazy dog, and nobody in the village was surprised.",
  "When the committee met again in March 1987, the report had not been read by anyone.",
  "She opened the letter slowly; inside was a photograph of the old harbour in winter.",
  "If you use this library, please cite the paper and report the version number.\n\nThanks!\n",
  "في الصباح الباكر خرج الناس إلى السوق لشراء الخبز والفواكه الطازجة.",
  "كانت المدينة القديمة محاطة بسور عالٍ من الحجر الأبيض.",
  "השמש זורחת מעל הים והילדים משחקים על החוף.",
  "הספר החדש מספר את סיפורה של משפחה אחת בירושלים.",
  "Утром мы вышли из дома и пошли к реке, где уже собрались рыбаки.",
  "Эта книга рассказывает о жизни маленького города на севере.",
  "春天來了，河邊的柳樹開始發芽，孩子們在草地上奔跑。",
  "新しい駅の前には小さな喫茶店があり、毎朝多くの人が集まる。",
  "सुबह होते ही किसान अपने खेतों की ओर चल पड़े।",
  "ACGTTGCAACGGTATCCGATTACAGGCTTAACGGATCCATTGCAGGTACCTTAGC",
  "aGVsbG8gd29ybGQhIHRoaXMgaXMgYSBiYXNlNjQgc3RyaW5nIHdpdGggcGFkZGluZw==",
  "Party 🎉 tonight! 👩‍👩‍👧‍👦 Bring 🍕 and 🥤, naïve café façade — é and ñ too 👍🏽",
  "function add(a, b) {\n\treturn a + b;\n}\n\nconst total = add(1, 2);\n",
  "<p class=\"note\">a < b && c > d</p><script>alert('x')</script>",
  "Zero\u200bwidth, no\u00a0break, override \u202eabc\u202c end.",
  "https://example.org/path?query=1&lang=ar#top user@example.org 2024-05-17T08:30:00Z",
];

/** Documents in many scripts, drawn at random; the same for the same seed. */
export function drawFakeDocuments(count: number, seed: number): string[] {
  const random = createRandomStream(seed, "fake documents");
  return Array.from({ length: count }, (_, index) => {
    const first = Math.floor(random.uniform(2 * index) * SENTENCES.length);
    const second = Math.floor(random.uniform(2 * index + 1) * SENTENCES.length);
    return `${SENTENCES[first]} ${SENTENCES[second]}`;
  });
}
