// What can be done with a node: look at its neighbourhood only, find a path from it, pin it.

import { el } from "./dom.js";

/** The row of buttons on the card of a node. */
export function nodeActions(page, i) {
  const focused = (steps) => page.focus?.index === i && page.focus.steps === steps;
  const focus = (steps) => (focused(steps) ? page.setFocus(null) : page.setFocus({ index: i, steps }));
  const toggle = (name, text, hint, on, act) =>
    el("button", { type: "button", "data-act": name, title: hint, "aria-pressed": String(on), onclick: act }, text);
  return el(
    "div",
    { class: "actions", role: "group", "aria-label": "With this node" },
    toggle("focus-1", "1 step", "Show only what is joined to this node", focused(1), () => focus(1)),
    toggle("focus-2", "2 steps", "Show only what is at most two steps from this node", focused(2), () => focus(2)),
    toggle("path", "Path to …", "Find the shortest path to another node", page.picking === i, () => page.pickPath(i)),
    toggle("pin", "Pin", "Keep this node and its name in the picture", page.pins.has(i), () => page.togglePin(i)),
  );
}
