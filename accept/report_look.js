// What a reader would trip over on the page, measured in a frame of each width. Sets `widths` and `page` before.
const parts = (text) => (text.match(/[\d.]+/g) || []).map(Number);

function light(colour) {
  const [r, g, b] = colour.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function behind(node) {
  for (; node; node = node.parentElement) {
    const colour = parts(getComputedStyle(node).backgroundColor);
    if (colour.length === 3 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
}

function ownText(node) {
  return [...node.childNodes].filter((child) => child.nodeType === 3).map((child) => child.textContent.trim()).join(" ").trim();
}

function faintest(doc) {
  const least = { value: 99, text: "" };
  for (const node of doc.querySelectorAll("body *")) {
    const text = ownText(node);
    if (!text || ["title", "desc"].includes(node.tagName.toLowerCase()) || node.closest(".unseen")) continue;
    const svg = node.closest("svg"), style = getComputedStyle(node);
    const value = contrast(parts(svg ? style.fill : style.color), behind(svg ? svg.parentElement : node));
    if (value < least.value) Object.assign(least, { value: Math.round(value * 100) / 100, text: text.slice(0, 60) });
  }
  return least;
}

function look(doc, width) {
  const out = [...doc.querySelectorAll("body *")]
    .filter((node) => !node.closest(".table, .charts, svg") && node.getBoundingClientRect().right > width + 1)
    .map((node) => `${node.tagName}: ${node.textContent.slice(0, 50)}`);
  const charts = [...doc.querySelectorAll("svg")].map((svg) => svg.getBoundingClientRect());
  return {
    width,
    tall: doc.documentElement.scrollHeight,
    sticks_out: doc.documentElement.scrollWidth > width ? ["the page", ...out] : out,
    faintest: faintest(doc),
    charts: charts.length,
    empty: charts.filter((box) => !box.width || !box.height).length,
    scripts: doc.scripts.length,
    owned: doc.title === "owned",
  };
}

(async () => {
  const told = [];
  for (const width of widths) {
    const frame = document.createElement("iframe");
    frame.style.cssText = `border:0;width:${width}px;height:900px`;
    frame.src = page;
    document.body.append(frame);
    await new Promise((done) => { frame.onload = done; });
    told.push(look(frame.contentDocument, width));
    frame.remove();
  }
  document.getElementById("told").textContent = JSON.stringify(told);
})();
