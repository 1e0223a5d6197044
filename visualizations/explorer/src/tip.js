// The note beside a line that the pointer rests on.

import { count, el, glyph } from "./dom.js";
import { sentencesOf } from "./evidence.js";
import { phrase } from "./phrases.js";

/** Show what edge `e` says where the pointer is; hide the note where `e` is null. */
export function showTip(model, e, event) {
  const tip = document.getElementById("tip");
  tip.hidden = e === null;
  if (e === null) return;
  const edge = model.edges[e];
  const [from, to] = [edge.source, edge.target].map((i) => model.nodes[i]);
  tip.replaceChildren(
    el("span", { class: "end" }, glyph(from.kind), from.label),
    el("em", {}, phrase(edge.type, true)),
    el("span", { class: "end" }, glyph(to.kind), to.label),
    el("span", { class: "note" }, count(sentencesOf(edge).length, "sentence")),
  );
  tip.style.left = `${Math.min(event.x, document.getElementById("stage").clientWidth - 260)}px`;
  tip.style.top = `${event.y + 14}px`;
}
