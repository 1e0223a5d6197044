// The same nodes as a table: for screen readers, for printing, and where there is no WebGL.

import { COLUMNS } from "./columns.js";
import { compare, fold } from "./data.js";
import { count, el, glyph } from "./dom.js";

const PAGE = 100;

/** The table; `go(selection)` opens a node, `change(rows)` is told of another order or filter. */
export class Table {
  constructor(container, model, go, change) {
    this.model = model;
    this.go = go;
    this.change = change;
    this.rows = { find: "", column: "relations", descending: true };
    this.limit = PAGE;
    this.listed = [];
    this.waiting = null;
    this.folded = model.nodes.map((node) => fold([node.label, ...node.aliases].join("\n")));
    this.find = el("input", {
      id: "find",
      type: "text",
      "aria-label": "Rows whose names contain",
      placeholder: "Only names with …",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.filter(),
    });
    this.headers = COLUMNS.map((column) =>
      el(
        "th",
        { scope: "col", class: column.numeric ? "numeric" : null },
        el("button", { type: "button", onclick: () => this.sortBy(column) }, column.title),
      ),
    );
    this.body = el("tbody");
    this.total = el("span", { role: "status" });
    this.more = el("button", { type: "button", class: "more", onclick: () => this.showMore() });
    container.replaceChildren(
      el("div", { class: "table-bar" }, this.find, this.total),
      el(
        "table",
        {},
        el("caption", { class: "unseen" }, "Nodes that the filters let through"),
        el("thead", {}, el("tr", {}, this.headers)),
        this.body,
      ),
      this.more,
    );
  }

  sortBy({ name, numeric }) {
    const descending = name === this.rows.column ? !this.rows.descending : numeric;
    this.change({ ...this.rows, column: name, descending });
  }

  filter() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = null;
      this.change({ ...this.rows, find: this.find.value });
    }, 120);
  }

  showMore() {
    const first = this.limit;
    this.limit += PAGE;
    this.draw();
    this.body.children[first]?.querySelector("button").focus();
  }

  /** Show the nodes that the filters list, in the order and with the words of `rows`. */
  show(listed, selection, rows) {
    if (rows.find !== this.rows.find) this.limit = PAGE;
    this.rows = rows;
    this.selected = selection?.kind === "node" ? selection.index : null;
    const wanted = fold(rows.find.trim());
    this.listed = this.model.byWeight.filter((i) => listed[i] && this.folded[i].includes(wanted));
    if (this.waiting === null && document.activeElement !== this.find) this.find.value = rows.find;
    this.draw();
  }

  draw() {
    const { model } = this;
    const chosen = COLUMNS.find(({ name }) => name === this.rows.column);
    const order = chosen.numeric ? (a, b) => a - b : compare;
    const sign = this.rows.descending ? -1 : 1;
    const keys = new Map(this.listed.map((i) => [i, chosen.value(model.nodes[i], model)]));
    const sorted = [...this.listed].sort((a, b) => sign * order(keys.get(a), keys.get(b)) || a - b);
    this.headers.forEach((header, c) => {
      const direction = this.rows.descending ? "descending" : "ascending";
      header.setAttribute("aria-sort", COLUMNS[c] === chosen ? direction : "none");
    });
    this.total.textContent = count(sorted.length, "node");
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
      el("td", {}, glyph(node.kind), " ", el("span", { class: "kind-name" }, node.kind)),
      el("td", { class: "numeric" }, node.year === null ? "" : String(node.year)),
      el("td", { class: "numeric" }, node.degree.toLocaleString("en")),
      el("td", { class: "others" }, this.model.communityName(node)),
      el("td", { class: "others" }, node.aliases.slice(0, 6).join(", ")),
    );
  }
}
