// Sentences with the words that matter marked in them, and who says so.

import { el, outsideLink, webAddress } from "./dom.js";

/**
 * Cut a sentence into pieces: `[text, role]`, role `object`, `subject` or null.
 *
 * `marks` are pairs of a span, or null, and its role. Spans count code points, as Python does;
 * JavaScript counts UTF-16 units.
 */
export function pieces(sentence, marks) {
  const points = Array.from(sentence);
  const spans = marks.filter(([span]) => span !== null && span !== undefined);
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
    sentencesOf(edge).map((rows) => evidenceItem(model, rows, go)),
  );
}

/** What says an edge is so, sentence by sentence: one that names a thing twice says it once. */
export function sentencesOf(edge) {
  const found = new Map();
  for (const row of edge.evidence) {
    const key = `${row[0]} ${row[1]}`;
    if (found.has(key)) found.get(key).push(row);
    else found.set(key, [row]);
  }
  return [...found.values()];
}

function evidenceItem(model, rows, go) {
  const [paper, sentence] = rows[0];
  const score = Math.max(...rows.map((row) => row[5]));
  const cue = [...new Set(rows.map((row) => row[4]).filter(Boolean))].join(", ");
  const marks = rows.flatMap(([, , object, subject]) => [[object, "object"], [subject, "subject"]]);
  const marked = pieces(model.sentences[sentence], marks).map(([text, role]) =>
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

/** The link to a paper's or a thing's code; `whole` writes out where it leads. */
export function codeLink(href, whole = false) {
  const url = webAddress(href);
  if (url === null) return el("span", { class: "address" }, href);
  return outsideLink(href, whole ? `Code at ${url.host.replace(/^www\./, "")}${url.pathname.replace(/\/$/, "")}` : "code");
}

/** A paper: its title (a way to its node, where it has one), and below it year and links. */
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
    paper.code === null ? null : codeLink(paper.code),
    ...more,
  ];
  return el("div", { class: "source" }, title, el("div", { class: "meta" }, facts));
}
