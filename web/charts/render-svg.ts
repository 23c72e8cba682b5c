const NAMESPACE = "http://www.w3.org/2000/svg";
const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "stroke-opacity",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "paint-order",
  "visibility",
] as const;

/** A chart of the page as a file of its own: what the style sheets say stands on each mark, with the page's ground behind. */
export function renderSvg(chart: SVGSVGElement): string {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const marks = [chart, ...chart.querySelectorAll("*")];
  for (const [index, mark] of [copy, ...copy.querySelectorAll("*")].entries()) keepStyles(mark, marks[index]!);
  const { width, height } = chart.getBoundingClientRect();
  copy.setAttribute("xmlns", NAMESPACE);
  copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const ground = document.createElementNS(NAMESPACE, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(chart.closest(".card") ?? document.body).backgroundColor);
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

function keepStyles(mark: Element, original: Element): void {
  const style = getComputedStyle(original);
  for (const name of STYLES) mark.setAttribute(name, style.getPropertyValue(name));
  for (const name of ["class", "style", "tabindex"]) mark.removeAttribute(name);
}
