// Sentences with the words that matter marked in them, and who says so.

import { el, outsideLink } from "./dom.js";

/**
 * Cut a sentence into pieces: `[text, role]`, role `object`, `subject` or null.
 *
 * Spans count code points, as Python does; JavaScript counts UTF-16 units.
 */
export function pieces(sentence, object, subject) {
  const points = Array.from(sentence);
  const spans = [
    [object, "object"],
    [subject, "subject"],
  ].filter(([span]) => span !== null && span !== undefined);
  spans.sort(([a], [b]) => a[0] - b[0]);
  const found = [];
  let at = 0;
  for (const [[start, end], role] of spans) {
    if (start < at) continue;
    if (start > at) found.push([points.slice(at, start).join(""), null]);
    found.push([points.slice(start, end).join(""), role]);
    at = end;
  }
  if (at < points.length) found.push([points.slice(at).join(""), null]);
  return found;
}

/** The list of everything that says an edge is so. */
export function evidenceList(model, edge, go) {
  return el(
    "ol",
    { class: "evidence" },
    edge.evidence.map((row) => evidenceItem(model, row, go)),
  );
}

function evidenceItem(model, [paper, sentence, object, subject, cue, score], go) {
  const marked = pieces(model.sentences[sentence], object, subject).map(([text, role]) =>
    role === null ? text : el("mark", { class: role, title: `the ${role}` }, text),
  );
  return el(
    "li",
    {},
    el("blockquote", {}, marked),
    source(model, paper, go, [
      el(
        "span",
        { title: "How sure the extractor is, 0 to 1" + (cue ? `; it saw “${cue}”` : "") },
        `score ${score.toFixed(2)}`,
      ),
    ]),
  );
}

/** A paper: its title (a way to its node, where it has one), and below it year and link. */
export function source(model, index, go, more = []) {
  if (index === null) return el("div", { class: "source" }, "a paper that is not in this graph");
  const paper = model.papers[index];
  const title =
    paper.node === null
      ? el("cite", {}, paper.title)
      : el("button", { type: "button", class: "name", onclick: () => go({ kind: "node", index: paper.node }) }, paper.title);
  const facts = [
    paper.year === null ? null : el("span", {}, String(paper.year)),
    paper.href === null ? null : outsideLink(paper.href),
    ...more,
  ];
  return el("div", { class: "source" }, title, el("div", { class: "meta" }, facts));
}
