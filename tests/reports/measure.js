// Added to a copy of a report by a test: what it looks like, as numbers.
const numbers = (colour) => {
  const found = colour.match(/[\d.]+/g).map(Number);
  return found.length < 4 ? [...found, 1] : found;
};
const light = ([r, g, b]) => {
  const part = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
};
const contrast = (a, b) => {
  const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3])).concat(1);
// What is painted at the middle of a text, from the bottom up.
const behind = (element, box) => {
  const stack = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2).reverse();
  let ground = numbers(getComputedStyle(document.documentElement).backgroundColor);
  if (ground[3] === 0) ground = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
  for (const one of stack) {
    const style = getComputedStyle(one);
    const shape = one.tagName.toLowerCase() === "rect";
    const paint = shape ? style.fill : style.backgroundColor;
    if (one !== element || !shape) if (paint !== "none") ground = over(numbers(paint), ground);
  }
  return ground;
};
const texts = [];
document.querySelectorAll("details").forEach((one) => (one.open = true));
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || element.closest("script, style, title, desc, .skip")) continue;
  element.scrollIntoView({ block: "center" });
  const range = document.createRange();
  range.selectNodeContents(walker.currentNode);
  const box = [...range.getClientRects()].find((one) => one.width > 1 && one.height > 1);
  if (!box || box.right < 0 || box.bottom < 0) continue;
  const style = getComputedStyle(element);
  const drawn = element.ownerSVGElement;
  const ground = behind(element, box);
  const colour = over(numbers(drawn ? style.fill : style.color), ground);
  texts.push({ text: walker.currentNode.data.slice(0, 40), contrast: Math.round(contrast(colour, ground) * 100) / 100 });
}
const untitled = [...document.querySelectorAll("section, nav, svg, table")].filter((one) => {
  const by = one.getAttribute("aria-labelledby");
  return !(one.getAttribute("aria-label") || (by && document.getElementById(by)?.textContent.trim()) || one.querySelector(":scope > caption"));
});
const out = document.createElement("pre");
const found = {
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
  scrollWidth: document.documentElement.scrollWidth,
  clientWidth: document.documentElement.clientWidth,
  untitled: untitled.map((one) => one.outerHTML.slice(0, 80)),
  texts,
};
out.textContent = "MEASURED" + ":" + JSON.stringify(found) + ":" + "DONE";
document.body.append(out);
