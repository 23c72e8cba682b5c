const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  "-": "⁻",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};

const counts = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A whole number with thousands separators. */
export function formatCount(value: number): string {
  return counts.format(Math.round(value));
}

/** A large number in short: 1.2 M, 340 k, 12. */
export function formatShort(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e9) return `${trim(value / 1e9)} G`;
  if (magnitude >= 1e6) return `${trim(value / 1e6)} M`;
  if (magnitude >= 1e4) return `${trim(value / 1e3)} k`;
  return formatCount(value);
}

/** A number to a number of significant digits, without exponent. */
export function formatSignificant(value: number, digits = 3): string {
  if (value === 0) return "0";
  const decimals = Math.max(0, Math.min(12, digits - 1 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toFixed(decimals);
}

/** An activation or an effect in little room: three digits, small ones as 9.8e−5. */
export function formatLevel(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || Math.abs(size) >= 0.001) return `${value < 0 ? "−" : ""}${formatSignificant(size)}`;
  return value.toExponential(1).replaceAll("-", "−");
}

/** A number that can be negative, to a number of decimals, with a minus sign as wide as a digit. */
export function formatSigned(value: number, decimals: number): string {
  return `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(decimals)}`;
}

/** A small share as 1.3 × 10⁻⁴; shares of a hundredth and more as a percentage. */
export function formatDensity(value: number): string {
  if (value === 0) return "0";
  if (value >= 0.01) return formatPercent(value);
  const [mantissa, exponent] = value.toExponential(1).split("e");
  return `${mantissa} × 10${raise(Number(exponent))}`;
}

/** A power of ten: 10⁻⁴. */
export function formatPowerOfTen(exponent: number): string {
  return `10${raise(exponent)}`;
}

/** A share as a percentage with three significant digits at most. */
export function formatPercent(value: number): string {
  const percent = value * 100;
  const decimals = Math.abs(percent) >= 99.95 || percent === 0 ? 0 : Math.abs(percent) >= 10 ? 1 : 2;
  return `${percent.toFixed(decimals)} %`;
}

/** A time span: 45 s, 3 min 07 s, 2 h 15 min. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

function raise(exponent: number): string {
  return [...String(exponent)].map((digit) => SUPERSCRIPTS[digit] ?? digit).join("");
}

function trim(value: number): string {
  const text = value.toPrecision(3);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
