// The panel of a shortest path: its nodes in order, and what joins each to the next.

import { count, el, nodeLink } from "./dom.js";
import { sentencesOf } from "./evidence.js";
import { phrase } from "./phrases.js";

/** The card of a path; `route` is null where no relation leads from one end to the other. */
export function routeCard(page, { index, to }, route, close) {
  const { model, go } = page;
  const back = el("button", { type: "button", class: "link-button", onclick: () => go({ kind: "path", index: to, to: index }) }, "Turn it round");
  return [
    el("p", { class: "kind" }, "Shortest path", close),
    el("h2", { tabindex: "-1" }, `${model.nodes[index].label} to ${model.nodes[to].label}`),
    el("p", { class: "byline" }, verdict(route)),
    route === null ? null : el("ol", { class: "route" }, route.nodes.map((i, at) => stop(model, i, route.edges[at], go))),
    el("p", { class: "facts" }, back),
  ];
}

function verdict(route) {
  if (route === null) return "No relation of this graph leads from one to the other.";
  const steps = count(route.edges.length, "step");
  return route.loose ? `${steps}, over relations that the filters hide.` : `${steps}, over the relations drawn.`;
}

function stop(model, i, e, go) {
  const parts = [nodeLink(model, i, go)];
  if (e !== undefined) {
    const edge = model.edges[e];
    const open = { type: "button", class: "link-button", onclick: () => go({ kind: "edge", index: e }) };
    parts.push(el("button", open, `${phrase(edge.type, edge.source === i)} · ${count(sentencesOf(edge).length, "sentence")}`));
  }
  return el("li", {}, parts);
}
