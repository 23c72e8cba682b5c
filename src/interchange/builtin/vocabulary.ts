import type { Draw } from "./draw.ts";

const split = (words: string): readonly string[] => words.trim().split(/\s+/);

/** Common English nouns. */
export const NOUNS = split(`
  account address agent answer archive article artist balance bank battery beach bird board book border bottle branch bridge
  budget building business camera campaign capital castle cathedral cell channel chapter city climate coast colour column
  comment company computer concert content contract corner country course cream culture customer cycle dance data degree desert
  device dinner distance doctor document dream earth economy editor effect energy engine event evidence example experience
  family farm festival field figure film fire flight flower forest friend future game garden glass goal government group guide
  harbour health heart history holiday home hospital hotel house idea image index industry island item journal journey kitchen
  lake language law leader lesson letter library light list machine magazine market meal measure meeting memory message method
  model moment money month morning mountain museum music nation network news night number object ocean offer office order
  painting paper parent park party path patient people person picture place planet plant player poem police policy power
  practice president price problem product project quarter question radio rain reader recipe record region report result river
  road room rule school science season sector service signal sister skill society software song source space species speech
  sport spring station stone store storm story street student study summer sun surface system table teacher team test theatre
  theory ticket time town trade train travel tree trust university user valley value version video village visit voice wall
  war water weather week wind window winter woman wood word work world writer year`);

/** Common English adjectives. */
export const ADJECTIVES = split(`
  able ancient annual basic big black blue brief bright broad calm central cheap clean clear cold common complete cool current
  daily dark deep dry early easy empty equal exact false famous fast final fine firm first flat foreign free fresh full general
  gentle global good great green hard heavy high human important inner joint large last late light little local long lost low
  main major modern narrow national natural new nice northern old open oral outer plain poor popular private public quick quiet
  rare raw ready real recent red rich round royal safe second secret short silent simple single slow small smart soft solid
  southern special strong sudden sweet tall thick tiny true upper urban useful usual vast warm weak western white wide wild`);

/** Common English verbs in the third person singular. */
export const VERBS = split(`
  accepts adds adjusts allows answers appears asks becomes begins brings builds buys calls carries changes checks chooses closes
  collects connects contains controls covers creates crosses describes designs draws drives enters explains fills finds follows
  gives grows helps holds includes joins keeps knows leads learns leaves makes marks measures meets moves needs offers opens
  paints passes pays plays presents produces protects proves provides reaches reads receives records reduces remains removes
  replaces reports returns runs says sees sells sends serves shares shows sings stands starts stops studies supports takes
  teaches tells tests thinks touches travels turns uses visits waits walks wants wins works writes`);

/** Given names from several traditions, in ASCII. */
export const GIVEN_NAMES = split(`
  Ada Ahmed Aiko Alan Alice Amina Andrei Anna Arjun Astrid Ben Bianca Carlos Chen Clara Daniel Deepa Diego Elena Emil Emma
  Fatima Felix Finn Grace Hanna Hiro Ines Ivan Jack Jana Jin Johan Jonas Julia Kai Karim Kate Kwame Lars Laura Leila Leo Lin
  Lucia Marco Maria Mei Mina Mohamed Nadia Nina Noah Olga Omar Oscar Pablo Petra Priya Rafael Rosa Sam Sara Sofia Tariq Thomas
  Vera Wei Yuki Yusuf Zoe`);

/** Family names from several traditions, in ASCII. */
export const FAMILY_NAMES = split(`
  Abbas Adams Ahmadi Andersen Baker Bauer Bianchi Brown Carter Castro Chen Costa Cruz Diaz Dubois Eriksen Evans Fischer Garcia
  Green Gupta Haddad Hansen Hoffmann Ito Ivanova Jansen Johnson Jones Kaya Khan Kim Klein Kovacs Kumar Larsen Lee Lopez Martin
  Mendes Meyer Miller Moreau Mori Nagy Nguyen Novak Okafor Olsen Papadakis Park Patel Pereira Petrov Popescu Reyes Rossi Sato
  Schmidt Silva Singh Smith Svensson Tanaka Taylor Tran Vargas Virtanen Wagner Walker Wang Weber Wilson Wright Yamada Young
  Zhang`);

const TOP_LEVEL_DOMAINS = split(
  "com com com com org org net io dev edu gov info de fr co.uk nl es it jp ru cn com.br ca eu",
);

/** A made-up host name such as `green-valley.org`. */
export function composeHost(draw: Draw): string {
  const subdomain = draw.isLikely(0.4) ? draw.pick(["www.", "www.", "docs.", "blog.", "api.", "mail.", "shop."]) : "";
  const joint = draw.pick(["", "", "-"]);
  const name = draw.isLikely(0.6) ? `${draw.pick(ADJECTIVES)}${joint}${draw.pick(NOUNS)}` : `${draw.pick(NOUNS)}s`;
  return `${subdomain}${name}.${draw.pick(TOP_LEVEL_DOMAINS)}`;
}

/** A made-up person, with an address. */
export function composePerson(draw: Draw): { readonly name: string; readonly address: string } {
  const given = draw.pick(GIVEN_NAMES);
  const family = draw.pick(FAMILY_NAMES);
  const short = draw.pick([`${given}.${family}`, `${given[0]}${family}`, `${family}${draw.between(1, 99)}`, given]);
  const host = composeHost(draw).replace(/^(www|docs|blog|api|mail|shop)\./, "");
  return { name: `${given} ${family}`, address: `${short.toLowerCase()}@${host}` };
}

/** A noun phrase such as `the early train`. */
export function composePhrase(draw: Draw): string {
  const article = draw.pick(["the", "the", "a", "every", "each", "this", "one"]);
  const adjective = draw.isLikely(0.6) ? `${draw.pick(ADJECTIVES)} ` : "";
  const noun = draw.pick(NOUNS);
  return `${article === "a" && /^[aeiou]/.test(adjective || noun) ? "an" : article} ${adjective}${noun}`;
}

/** A simple English sentence. */
export function composeEnglish(draw: Draw): string {
  const subject = composePhrase(draw);
  const place = draw.pick(["in", "near", "without", "after", "before", "with", "for", "under", "of", "from"]);
  const tail = draw.isLikely(0.6) ? ` ${place} ${composePhrase(draw)}` : "";
  return `${subject[0]!.toUpperCase()}${subject.slice(1)} ${draw.pick(VERBS)} ${composePhrase(draw)}${tail}.`;
}

/** `count` hexadecimal digits. */
export function composeHex(draw: Draw, count: number): string {
  let digits = "";
  while (digits.length < count) digits += draw.between(0, 0xffffff).toString(16).padStart(6, "0");
  return digits.slice(0, count);
}

/** `count` random bytes. */
export function composeBytes(draw: Draw, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => draw.between(0, 255));
}

/** A moment between 1990 and 2030, in milliseconds since 1970. */
export function composeMoment(draw: Draw): number {
  return (631_152_000 + draw.between(0, 1_262_304_000)) * 1000;
}
