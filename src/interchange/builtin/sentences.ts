import { type DisplayNameLists, listDisplayNames } from "./display-names.ts";
import type { Draw } from "./draw.ts";
import type { BuiltinLanguage } from "./languages.ts";
import { composeMoment } from "./vocabulary.ts";

const UNITS =
  `acre bit byte celsius centimeter day degree fahrenheit fluid-ounce foot gallon gigabyte gram hectare hour inch
  kilobyte kilogram kilometer kilometer-per-hour liter liter-per-kilometer megabyte meter mile mile-per-hour millimeter
  milliliter millisecond minute month ounce percent pound second stone terabyte week yard year`.split(/\s+/);
const RELATIVE_UNITS = ["year", "quarter", "month", "week", "day", "hour", "minute", "second"] as const;
const TIME_ZONES =
  `Africa/Cairo America/New_York America/Sao_Paulo Asia/Kolkata Asia/Shanghai Asia/Tokyo Australia/Sydney
  Europe/Berlin Europe/Moscow Pacific/Auckland`.split(/\s+/);
const CALENDARS = [
  "buddhist",
  "coptic",
  "ethiopic",
  "hebrew",
  "indian",
  "islamic-umalqura",
  "japanese",
  "persian",
  "roc",
];

/** Composes the text of one document in one language. */
export type ComposeSentences = (draw: Draw) => string;

/**
 * Sentences in `language` put together from the runtime's CLDR data: dates, durations, amounts, measures, times of the world
 * and lists of countries, languages, currencies, scripts. Undefined when the runtime has no data for the language.
 */
export function createSentenceComposer(language: BuiltinLanguage): ComposeSentences | undefined {
  if (Intl.DisplayNames.supportedLocalesOf(language.tag).length === 0) return undefined;
  const phrases = createPhrases(language.tag);
  return (draw) => {
    const paragraphs = Array.from({ length: draw.between(3, 9) }, () => {
      const kinds = draw.pickSome(phrases, draw.between(2, 5));
      const sentences = Array.from({ length: draw.between(2, 6) }, () => {
        const sentence = draw.pick(kinds)(draw);
        return sentence.charAt(0).toLocaleUpperCase(language.tag) + sentence.slice(1) + language.stop;
      });
      return sentences.join(language.stop === "。" ? "" : " ");
    });
    return `${paragraphs.join("\n\n")}\n`;
  };
}

type Phrase = (draw: Draw) => string;

function createPhrases(tag: string): Phrase[] {
  const names = listDisplayNames(tag);
  const and = new Intl.ListFormat(tag, { type: "conjunction" });
  const or = new Intl.ListFormat(tag, { type: "disjunction" });
  const join = (draw: Draw, items: readonly string[]) => (draw.isLikely(0.7) ? and : or).format(items);
  const listOf =
    (items: readonly string[]): Phrase =>
    (draw) =>
      join(draw, draw.pickSome(items, draw.between(2, 6)));
  const date = createDatePhrase(tag);
  const amount = createAmountPhrase(tag);
  const measure = createMeasurePhrase(tag);
  const relative = createRelativePhrase(tag);
  return [
    listOf(names.regions),
    listOf(names.languages),
    (draw) => `${date(draw)}: ${listOf(names.regions)(draw)}`,
    (draw) => `${draw.pick(names.regions)} (${listOf(names.languages)(draw)})`,
    (draw) => `${draw.pick(names.regions)}: ${join(draw, [amount(draw), amount(draw)])}`,
    (draw) => `${relative(draw)}, ${date(draw)}`,
    (draw) => `${join(draw, [measure(draw), measure(draw), measure(draw)])} – ${draw.pick(names.regions)}`,
    (draw) => `${amount(draw)}, ${relative(draw)}: ${draw.pick(names.currencies)}`,
    createDurationPhrase(tag, names),
    createZonePhrase(tag, names),
    createCalendarPhrase(tag),
    (draw) => `${draw.pick(names.languages)}: ${join(draw, draw.pickSome(names.scripts, draw.between(1, 3)))}`,
    (draw) => `${draw.pick(names.calendars)}, ${date(draw)}, ${draw.pick(names.regions)}`,
    createRangePhrase(tag, names),
  ];
}

function createDatePhrase(tag: string): Phrase {
  const formats = [
    new Intl.DateTimeFormat(tag, { dateStyle: "full", timeZone: "UTC" }),
    new Intl.DateTimeFormat(tag, { dateStyle: "long", timeZone: "UTC" }),
    new Intl.DateTimeFormat(tag, { month: "long", year: "numeric", timeZone: "UTC" }),
    new Intl.DateTimeFormat(tag, { weekday: "long", month: "long", day: "numeric", timeZone: "UTC" }),
    new Intl.DateTimeFormat(tag, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }),
    new Intl.DateTimeFormat(tag, { era: "long", year: "numeric", timeZone: "UTC" }),
  ];
  return (draw) =>
    draw.pick(formats).format(composeMoment(draw) - (draw.isLikely(0.3) ? draw.between(0, 4e9) * 8000 : 0));
}

function createAmountPhrase(tag: string): Phrase {
  const formats = [
    "USD",
    "EUR",
    "JPY",
    "GBP",
    "CNY",
    "INR",
    "BRL",
    "RUB",
    "CHF",
    "MXN",
    "EGP",
    "KRW",
    "ILS",
    "THB",
  ].map((currency) => new Intl.NumberFormat(tag, { style: "currency", currency, currencyDisplay: "name" }));
  const compact = new Intl.NumberFormat(tag, { notation: "compact", compactDisplay: "long" });
  return (draw) => {
    if (draw.isLikely(0.4)) return compact.format(draw.between(1, 999) * 10 ** draw.between(1, 10));
    return draw
      .pick(formats)
      .format(draw.pick([draw.between(1, 99), draw.between(1, 99_999), draw.between(1, 9999) / 100]));
  };
}

function createMeasurePhrase(tag: string): Phrase {
  const formats = UNITS.map((unit) => new Intl.NumberFormat(tag, { style: "unit", unit, unitDisplay: "long" }));
  return (draw) =>
    draw.pick(formats).format(draw.pick([draw.between(0, 12), draw.between(1, 2000), draw.between(1, 99) / 10]));
}

function createRelativePhrase(tag: string): Phrase {
  const always = new Intl.RelativeTimeFormat(tag, { numeric: "always" });
  const auto = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
  return (draw) => {
    const unit = draw.pick(RELATIVE_UNITS);
    return draw.isLikely(0.4) ? auto.format(draw.between(-2, 2), unit) : always.format(draw.between(-60, 60), unit);
  };
}

function createDurationPhrase(tag: string, names: DisplayNameLists): Phrase {
  const format = new Intl.DurationFormat(tag, { style: "long" });
  return (draw) => {
    const units = ["years", "months", "weeks", "days", "hours", "minutes", "seconds"] as const;
    const chosen = draw.pickSome(units, draw.between(2, 3)).map((unit) => [unit, draw.between(1, 40)]);
    return `${draw.pick(names.regions)}, ${format.format(Object.fromEntries(chosen))}`;
  };
}

function createZonePhrase(tag: string, names: DisplayNameLists): Phrase {
  const formats = TIME_ZONES.map(
    (timeZone) => new Intl.DateTimeFormat(tag, { hour: "numeric", minute: "2-digit", timeZoneName: "long", timeZone }),
  );
  return (draw) => `${draw.pick(names.regions)}: ${draw.pick(formats).format(composeMoment(draw))}`;
}

function createCalendarPhrase(tag: string): Phrase {
  const formats = CALENDARS.map(
    (calendar) => new Intl.DateTimeFormat(tag, { calendar, dateStyle: "full", timeZone: "UTC" }),
  );
  return (draw) => draw.pick(formats).format(composeMoment(draw));
}

function createRangePhrase(tag: string, names: DisplayNameLists): Phrase {
  const format = new Intl.DateTimeFormat(tag, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return (draw) => {
    const start = composeMoment(draw);
    return `${format.formatRange(start, start + draw.between(1, 900) * 86_400_000)}: ${draw.pick(names.currencies)}`;
  };
}
