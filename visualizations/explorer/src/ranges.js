// The filters that are ranges: years of the papers, and how sure a relation is.

import { el } from "./dom.js";

/** From one year to another, with the number of papers of each; null if there is only one. */
export function yearFilter(model, current, change) {
  const years = [...model.yearCounts.keys()].filter((year) => year !== null).sort((a, b) => a - b);
  if (years.length < 2) return null;
  const [oldest, newest] = [years[0], years.at(-1)];
  const list = (name) => {
    const options = years.map((year) => {
      const papers = model.yearCounts.get(year).toLocaleString("en");
      return el("option", { value: year }, `${year} (${papers})`);
    });
    return el("select", { "aria-label": `${name} year`, onchange: () => set() }, options);
  };
  const [first, last] = [list("First"), list("Last")];
  const set = () => {
    const range = [Number(first.value), Number(last.value)].sort((a, b) => a - b);
    current().years = range[0] === oldest && range[1] === newest ? null : range;
    change();
  };
  const element = el(
    "div",
    { role: "group", "aria-label": "Years", class: "filter" },
    el("div", { class: "filter-head" }, el("h2", {}, "Years of the papers")),
    el("div", { class: "range" }, first, el("span", {}, "to"), last),
  );
  const redraw = () => {
    const [from, to] = current().years ?? [oldest, newest];
    first.value = String(years.find((year) => year >= from) ?? newest);
    last.value = String(years.findLast((year) => year <= to) ?? oldest);
  };
  redraw();
  return { element, redraw };
}

/** The least score of a relation, with the number of relations that reach it. */
export function scoreFilter(model, current, change) {
  if (!model.edges.length) return null;
  const scores = Float64Array.from(model.edges, (edge) => edge.score).sort();
  const slider = el("input", { type: "range", min: 0, max: 1, step: 0.05, "aria-label": "Least score of a relation" });
  const words = el("output", { class: "count" });
  const describe = () => {
    const reached = scores.length - below(scores, Number(slider.value));
    words.textContent = `${Number(slider.value).toFixed(2)} or more: ${reached.toLocaleString("en")}`;
    slider.setAttribute("aria-valuetext", `${words.textContent} relations`);
  };
  slider.addEventListener("input", describe);
  slider.addEventListener("change", () => {
    current().score = Number(slider.value);
    change();
  });
  const element = el(
    "div",
    { role: "group", "aria-label": "Score", class: "filter" },
    el("div", { class: "filter-head" }, el("h2", { title: "How sure the extractor is of a relation, 0 to 1" }, "Score"), words),
    slider,
  );
  const redraw = () => {
    slider.value = String(current().score);
    describe();
  };
  redraw();
  return { element, redraw };
}

/** How many of the sorted scores lie below one. */
function below(scores, least) {
  let [low, high] = [0, scores.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
