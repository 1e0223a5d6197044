// The panel before anything is selected: ways in.

import { el, nodeLink } from "./dom.js";
import { plural } from "./phrases.js";

const FIRST_COMMUNITIES = 6;

/** Pinned nodes, communities, and what the papers speak of most. */
export function intro(page) {
  const { model, go } = page;
  const kinds = ["Method", "Benchmark", "Dataset", "Task"].filter((kind) => model.kindCounts.has(kind));
  const most = (kind) => model.byWeight.filter((i) => model.nodes[i].kind === kind).slice(0, 4);
  return [
    el("p", { class: "kind" }, "Start here"),
    el(
      "p",
      { class: "byline" },
      "Search a name, click a node, or begin with what the papers speak of most. Open a relation to read the sentences that say so.",
    ),
    page.pins.size ? section("Pinned", page.pins.size, [...page.pins].map((i) => nodeRow(model, i, go))) : null,
    ...kinds.map((kind) => section(plural(kind), model.kindCounts.get(kind), most(kind).map((i) => nodeRow(model, i, go)))),
    model.communities.length > 1
      ? section("Communities", model.communities.length, model.communities.slice(0, FIRST_COMMUNITIES).map((_, c) => communityRow(page, c)))
      : null,
  ];
}

function section(title, total, rows) {
  return el(
    "section",
    { class: "group" },
    el("h3", {}, title, el("span", { class: "count" }, total.toLocaleString("en"))),
    el("ul", { class: "top" }, rows),
  );
}

function nodeRow(model, i, go) {
  return el("li", {}, nodeLink(model, i, go), el("span", { class: "note", title: "relations" }, model.nodes[i].degree.toLocaleString("en")));
}

function communityRow(page, c) {
  const { name, size } = page.model.communities[c];
  const only = el("button", { type: "button", class: "node-link", onclick: () => page.onlyCommunity(c) }, el("span", {}, name));
  only.title = "Show this community only";
  return el("li", {}, only, el("span", { class: "note", title: "nodes" }, size.toLocaleString("en")));
}
