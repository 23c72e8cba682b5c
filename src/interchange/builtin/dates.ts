import type { Draw } from "./draw.ts";
import { composeLines, type GeneratedKind } from "./generated-kind.ts";
import { composeMoment, composePerson, NOUNS } from "./vocabulary.ts";

type Format = (moment: Date, draw: Draw) => string;

const english = (options: Intl.DateTimeFormatOptions): Format => {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options });
  return (moment) => format.format(moment);
};

const FORMATS: readonly Format[] = [
  (moment) => moment.toISOString(),
  (moment) => moment.toISOString().slice(0, 10),
  (moment) => moment.toISOString().slice(0, 19).replace("T", " "),
  (moment) => moment.toUTCString(),
  (moment) => moment.toISOString().slice(0, 10).split("-").reverse().join("."),
  (moment) => moment.toISOString().slice(0, 10).split("-").reverse().join("/"),
  (moment) => String(moment.getTime() / 1000),
  english({ dateStyle: "short" }),
  english({ dateStyle: "medium" }),
  english({ dateStyle: "long" }),
  english({ dateStyle: "full" }),
  english({ dateStyle: "medium", timeStyle: "short" }),
  english({ month: "short", day: "numeric", weekday: "short", hour: "numeric", minute: "2-digit" }),
];

/** Dates and times: lists in one notation, timelines, tables of measurements and timetables. */
export const dates: GeneratedKind = {
  domain: "dates",
  lang: "en",
  share: 0.008,
  compose(draw) {
    const format = draw.pick(FORMATS);
    const step = draw.pick([60_000, 3_600_000, 86_400_000, 7 * 86_400_000, 30 * 86_400_000]);
    const present = draw.pick([presentBare, presentTable, presentTimeline, presentTimeline]);
    let moment = composeMoment(draw);
    return composeLines(draw.between(20, 70), () => {
      moment += Math.round((step * draw.between(10, 300)) / 100_000) * 1000;
      return present(format(new Date(moment), draw), draw);
    });
  },
};

function presentBare(date: string): string {
  return date;
}

function presentTable(date: string, draw: Draw): string {
  const value = draw.between(-2000, 9999) / 100;
  return `${/,/.test(date) ? JSON.stringify(date) : date},${value.toFixed(2)},${draw.between(0, 100)}`;
}

function presentTimeline(date: string, draw: Draw): string {
  return `${date}: ${draw.pick(NOUNS)} ${draw.pick(NOUNS)}, ${composePerson(draw).name}`;
}
