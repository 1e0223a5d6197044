// The panel: what a node or a relation is, and who says so.

import { nodeActions } from "./actions.js";
import { compare } from "./data.js";
import { count, el, glyph, longList, nodeLink, outsideLink, webAddress } from "./dom.js";
import { codeLink, evidenceList, sentencesOf, source } from "./evidence.js";
import { intro } from "./intro.js";
import { addressKind, heading, phrase } from "./phrases.js";
import { routeCard } from "./route.js";

const FIRST_RELATIONS = 10;
const FIRST_PAPERS = 6;
const FIRST_ALIASES = 8;

/**
 * Fill the panel with what `page` has selected; `route` is the path that was found, and
 * `page.go(selection)` follows a link inside the page.
 */
export function renderPanel(panel, page, route) {
  const { model, selection, go } = page;
  const close = el("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => go(null) }, "×");
  let content = intro(page);
  if (selection?.kind === "node") content = nodeCard(page, selection.index, close);
  if (selection?.kind === "edge") content = relationCard(model, selection.index, go, close);
  if (selection?.kind === "path") content = routeCard(page, selection, route, close);
  panel.classList.toggle("open", selection !== null);
  panel.replaceChildren(...content.filter((part) => part !== null));
  panel.scrollTop = 0;
}

function nodeCard(page, i, close) {
  const { model, go } = page;
  const { types } = page.filters;
  const node = model.nodes[i];
  const edges = model.around[i];
  const papers = model.papersOf(i);
  return [
    el("p", { class: "kind" }, glyph(node.kind), kindText(node), close),
    el("h2", { tabindex: "-1" }, node.label),
    node.kind === "Paper" ? byline(model.papers[node.paper]) : null,
    aliases(node),
    node.href === null ? null : el("p", { class: "link" }, outsideLink(node.href, linkText(node))),
    node.code === null ? null : el("p", { class: "link" }, codeLink(node.code, true)),
    node.kind === "Paper" ? facts([count(edges.length, "relation")]) : facts(entityFacts(model, edges, papers)),
    community(page, node),
    nodeActions(page, i),
    ...relationGroups(model, i, types, go),
    node.kind === "Paper" || !papers.length ? null : paperSection(model, papers, go),
  ];
}

function community(page, node) {
  const name = page.model.communityName(node);
  if (!name) return null;
  const only = el("button", { type: "button", class: "link-button", onclick: () => page.onlyCommunity(node.community) }, name);
  only.title = "Show this community only";
  return el("p", { class: "facts" }, "Community: ", only);
}

function kindText(node) {
  return node.kind === "Url" ? `Link · ${addressKind(node.url_kind)}` : node.kind;
}

function linkText(node) {
  const url = webAddress(node.href);
  if (url === null) return node.href;
  return node.kind === "Paper" ? `Read it at ${url.host.replace(/^www\./, "")}` : `${url.host}${url.pathname}`;
}

function byline(paper) {
  const names = paper.authors.slice(0, 4).join(", ");
  const more = paper.authors.length > 4 ? ` and ${paper.authors.length - 4} more` : "";
  const where = [paper.venue, paper.year].filter((part) => part !== null && part !== undefined);
  const year = paper.year !== null && String(paper.venue ?? "").includes(String(paper.year)) ? where.slice(0, 1) : where;
  const text = [names + more, ...year].filter((part) => part !== "").join(" · ");
  return text ? el("p", { class: "byline" }, text) : null;
}

function aliases(node) {
  if (!node.aliases.length) return null;
  const rest = node.aliases.length - FIRST_ALIASES;
  const shown = node.aliases.slice(0, FIRST_ALIASES).map((alias) => el("span", { class: "alias" }, alias));
  return el("p", { class: "aliases" }, "also ", shown, rest > 0 ? ` and ${rest} more` : null);
}

function entityFacts(model, edges, papers) {
  const years = papers.map((p) => model.papers[p].year).filter((year) => year !== null);
  const [first, last] = [Math.min(...years), Math.max(...years)];
  const span = years.length ? (first === last ? String(first) : `${first}–${last}`) : null;
  return [count(edges.length, "relation"), count(papers.length, "paper"), span];
}

function facts(parts) {
  return el("p", { class: "facts" }, parts.filter((part) => part !== null).join(" · "));
}

/** The relations of a node by type: those between things first, then what papers do with it. */
function relationGroups(model, i, types, go) {
  const order = model.relations.map((relation) => relation.name);
  const groups = new Map();
  for (const e of model.around[i]) {
    const edge = model.edges[e];
    const outgoing = edge.source === i;
    const byPapers = !outgoing && model.nodes[edge.source].kind === "Paper";
    const key = `${outgoing ? 0 : byPapers ? 2 : 1}${String(order.indexOf(edge.type)).padStart(2, "0")}`;
    if (!groups.has(key)) groups.set(key, { type: edge.type, outgoing, edges: [] });
    groups.get(key).edges.push(e);
  }
  const weak = (group) => (group.type === model.weak ? 1 : 0);
  return [...groups.keys()]
    .sort()
    .map((key) => groups.get(key))
    .sort((a, b) => weak(a) - weak(b))
    .map((group) => relationGroup(model, i, group, types, go));
}

function relationGroup(model, i, { type, outgoing, edges }, types, go) {
  const far = (e) => model.nodes[model.other(model.edges[e], i)];
  edges.sort(
    (a, b) =>
      (far(b).year ?? 0) - (far(a).year ?? 0) ||
      model.edges[b].evidence.length - model.edges[a].evidence.length ||
      compare(far(a).label, far(b).label),
  );
  const title = el(
    "h3",
    { title: model.meanings.get(type) },
    heading(type, outgoing),
    el("span", { class: "count" }, edges.length.toLocaleString("en")),
    types.has(type) ? null : el("span", { class: "count undrawn" }, "not drawn"),
  );
  return el("section", { class: "group" }, title, longList(edges, (e) => relationRow(model, i, e, go), FIRST_RELATIONS));
}

function relationRow(model, i, e, go) {
  const edge = model.edges[e];
  const far = model.other(edge, i);
  const node = model.nodes[far];
  const said = sentencesOf(edge).length;
  const body = el("div", { class: "said" });
  const details = el(
    "details",
    {
      ontoggle: () => {
        if (details.open && !body.childElementCount) body.append(evidenceList(model, edge, go));
      },
    },
    el(
      "summary",
      {},
      glyph(node.kind),
      el("span", { class: "label" }, node.label),
      el("span", { class: "note" }, node.year ?? (said > 1 ? `${said}×` : "")),
    ),
    body,
  );
  const visit = el(
    "button",
    { type: "button", class: "visit", "aria-label": `Go to ${node.label}`, title: `Go to this ${node.kind.toLowerCase()}`, onclick: () => go({ kind: "node", index: far }) },
    "→",
  );
  return el("li", { class: "relation" }, details, visit);
}

function paperSection(model, papers, go) {
  return el(
    "section",
    { class: "group papers" },
    el("h3", {}, "Papers", el("span", { class: "count" }, papers.length.toLocaleString("en"))),
    longList(papers, (p) => el("li", {}, source(model, p, go)), FIRST_PAPERS),
  );
}

function relationCard(model, e, go, close) {
  const edge = model.edges[e];
  const said = sentencesOf(edge).length;
  const between = model.around[edge.source].filter(
    (other) => other !== e && model.other(model.edges[other], edge.source) === edge.target,
  );
  return [
    el("p", { class: "kind" }, "Relation", close),
    el(
      "h2",
      { class: "triple", tabindex: "-1" },
      nodeLink(model, edge.source, go),
      el("span", { class: "predicate" }, phrase(edge.type, true)),
      nodeLink(model, edge.target, go),
    ),
    el("p", { class: "byline" }, model.meanings.get(edge.type) ?? ""),
    facts([`${count(said, "sentence")} ${said === 1 ? "says" : "say"} so`, `score ${edge.score.toFixed(2)}`]),
    evidenceList(model, edge, go),
    between.length
      ? el(
          "section",
          { class: "group" },
          el("h3", {}, "Also between these two", el("span", { class: "count" }, String(between.length))),
          el("ul", {}, between.map((other) => betweenRow(model, other, edge.source, go))),
        )
      : null,
  ];
}

function betweenRow(model, e, from, go) {
  const edge = model.edges[e];
  const button = el(
    "button",
    { type: "button", class: "node-link", onclick: () => go({ kind: "edge", index: e }) },
    el("span", {}, phrase(edge.type, edge.source === from)),
  );
  return el("li", {}, button);
}
