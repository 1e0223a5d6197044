// What narrows the view right now, each with a button that ends it.

import { count, el } from "./dom.js";

/** Fill the row above the picture. */
export function renderChips(container, model, { filters, focus, pins, picking, tell }, end) {
  const name = (i) => model.nodes[i].label;
  const chips = [];
  const chip = (text, what) =>
    chips.push(
      el("li", {}, el("span", {}, text), el("button", { type: "button", "aria-label": `End: ${text}`, onclick: () => end(what) }, "×")),
    );
  if (picking !== null) chip(`Path from ${name(picking)}: search or click the other end`, "picking");
  if (focus !== null) chip(`Within ${count(focus.steps, "step")} of ${name(focus.index)}`, "focus");
  if (filters.years !== null) chip(`Papers of ${[...new Set(filters.years)].join(" to ")}`, "years");
  if (filters.score > 0) chip(`Score ${filters.score.toFixed(2)} or more`, "score");
  const chosen = [...filters.communities].filter((c) => c >= 0);
  if (filters.communities.size < model.communities.length) {
    chip(chosen.length === 1 ? `Only ${model.communities[chosen[0]].name}` : count(chosen.length, "community", "communities"), "communities");
  }
  if (pins.size) chip(`${pins.size} pinned`, "pins");
  if (tell) chip(tell, "tell");
  container.hidden = !chips.length;
  container.replaceChildren(...chips);
}
