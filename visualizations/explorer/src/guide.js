// How to read the page, how to use it by keyboard, and how to keep what it shows.

import { el } from "./dom.js";

const KEYS = [
  ["/", "search"],
  ["Tab", "go through everything"],
  ["arrows", "move the picture, once it has the focus"],
  ["+ − 0", "nearer, farther, all of it"],
  ["Enter", "open the node in the middle"],
  ["Esc", "back to the whole graph"],
];

/** The end of the legend; `save(format)` writes what is shown to a file. */
export function buildGuide(container, save) {
  const button = (format, hint) =>
    el("button", { type: "button", title: hint, onclick: () => save(format) }, format.toUpperCase());
  container.replaceChildren(
    el(
      "div",
      { role: "group", "aria-label": "Save what is shown", class: "filter save" },
      el("h2", {}, "Save what is shown"),
      button("png", "The picture as it is on the screen"),
      button("svg", "The picture as it is on the screen, for print"),
      button("json", "The nodes and relations that the filters let through, with their sentences"),
    ),
    el(
      "div",
      { class: "how" },
      el("h2", {}, "How to read it"),
      el("p", {}, "Colour and shape say what a node is, its size how many relations it has."),
      el("p", {}, "What lies together belongs together: a community bears the names of its most central nodes."),
      el("p", {}, "Behind every line stands at least one sentence of a paper: click the line to read it."),
      el("p", {}, "“mentions” is the weak relation, named in passing; it is off until you turn it on."),
      el("p", {}, "The address always says what you see: copy it to share the view."),
    ),
    el(
      "div",
      { class: "how" },
      el("h2", {}, "Keys"),
      el("dl", { class: "keys" }, KEYS.map(([key, what]) => [el("dt", {}, key), el("dd", {}, what)]).flat()),
    ),
  );
}
