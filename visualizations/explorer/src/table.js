// The same nodes as a table: for screen readers, for printing, and where there is no WebGL.

import { compare } from "./data.js";
import { count, el, glyph } from "./dom.js";

const PAGE = 100;
const COLUMNS = [
  { title: "Name", value: (node) => node.label, numeric: false },
  { title: "Kind", value: (node) => node.kind, numeric: false },
  { title: "Year", value: (node) => node.year ?? 0, numeric: true },
  { title: "Relations", value: (node) => node.degree, numeric: true },
  { title: "Other names", value: (node) => node.aliases.join(", "), numeric: false },
];

/** The table; `go(selection)` opens a node. */
export class Table {
  constructor(container, model, go) {
    this.model = model;
    this.go = go;
    this.column = 3;
    this.descending = true;
    this.limit = PAGE;
    this.rows = [];
    this.headers = COLUMNS.map((column, c) =>
      el(
        "th",
        { scope: "col", class: column.numeric ? "numeric" : null },
        el("button", { type: "button", onclick: () => this.sortBy(c) }, column.title),
      ),
    );
    this.body = el("tbody");
    this.caption = el("caption");
    this.more = el("button", { type: "button", class: "more", onclick: () => this.showMore() });
    container.replaceChildren(
      el("table", {}, this.caption, el("thead", {}, el("tr", {}, this.headers)), this.body),
      this.more,
    );
  }

  sortBy(column) {
    this.descending = column === this.column ? !this.descending : COLUMNS[column].numeric;
    this.column = column;
    this.draw();
  }

  showMore() {
    const first = this.limit;
    this.limit += PAGE;
    this.draw();
    this.body.children[first]?.querySelector("button").focus();
  }

  /** Show the nodes of the chosen kinds. */
  show(filters, selection) {
    this.selected = selection?.kind === "node" ? selection.index : null;
    this.rows = this.model.byWeight.filter((i) => filters.kinds.has(this.model.nodes[i].kind));
    this.draw();
  }

  draw() {
    const { value, numeric } = COLUMNS[this.column];
    const order = numeric ? (a, b) => a - b : compare;
    const sign = this.descending ? -1 : 1;
    const { nodes } = this.model;
    const sorted = [...this.rows].sort((a, b) => sign * order(value(nodes[a]), value(nodes[b])) || a - b);
    this.headers.forEach((header, c) => {
      const direction = this.descending ? "descending" : "ascending";
      header.setAttribute("aria-sort", c === this.column ? direction : "none");
    });
    this.caption.textContent = count(sorted.length, "node");
    this.body.replaceChildren(...sorted.slice(0, this.limit).map((i) => this.row(i)));
    const rest = sorted.length - this.limit;
    this.more.hidden = rest <= 0;
    this.more.textContent = `Show ${Math.min(PAGE, rest).toLocaleString("en")} more of ${Math.max(0, rest).toLocaleString("en")}`;
  }

  row(i) {
    const node = this.model.nodes[i];
    const open = el("button", { type: "button", class: "name", onclick: () => this.go({ kind: "node", index: i }) }, node.label);
    return el(
      "tr",
      { "aria-current": i === this.selected ? "true" : null },
      el("th", { scope: "row" }, open),
      el("td", {}, glyph(node.kind), " ", node.kind),
      el("td", { class: "numeric" }, node.year === null ? "" : String(node.year)),
      el("td", { class: "numeric" }, node.degree.toLocaleString("en")),
      el("td", { class: "others" }, node.aliases.slice(0, 6).join(", ")),
    );
  }
}
