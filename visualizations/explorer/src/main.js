// The page: unpack the data, then keep picture, table, panel, filters and address in step.

import { readAddress, writeAddress } from "./address.js";
import { Model, unpack } from "./data.js";
import { count, el, glyph } from "./dom.js";
import { bindFilters } from "./filters.js";
import { renderPanel } from "./panel.js";
import { phrase } from "./phrases.js";
import { bindSearch } from "./search.js";
import { Table } from "./table.js";
import { onThemeChange, readTheme } from "./theme.js";
import { computeVisible, defaultFilters } from "./visible.js";

const $ = (id) => document.getElementById(id);

class Page {
  constructor(model) {
    this.model = model;
    this.filters = defaultFilters(model);
    Object.assign(this, readAddress(location.hash, model));
    this.picture = null;
    const go = (selection) => this.select(selection, { travel: true });
    this.go = go;
    this.table = new Table($("table"), model, go);
    this.sidebar = bindFilters($("filter-list"), model, this.filters, () => this.update());
    bindSearch($("search"), $("hits"), model, (index) => go({ kind: "node", index }));
    this.bindControls();
  }

  bindControls() {
    $("view-picture").addEventListener("click", () => this.setView("picture"));
    $("view-table").addEventListener("click", () => this.setView("table"));
    $("reset").addEventListener("click", () => this.reset());
    $("zoom-in").addEventListener("click", () => this.picture?.zoom(1 / 1.6));
    $("zoom-out").addEventListener("click", () => this.picture?.zoom(1.6));
    $("fit").addEventListener("click", () => this.picture?.frame());
    $("filters-toggle").addEventListener("click", () => this.toggleFilters());
    $("filters-close").addEventListener("click", () => this.toggleFilters(false));
    $("skip").addEventListener("click", (event) => {
      event.preventDefault();
      $("search").focus();
    });
    addEventListener("hashchange", () => {
      Object.assign(this, readAddress(location.hash, this.model));
      this.update();
      this.travel();
    });
    addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select");
      if (event.key === "/" && !typing) {
        event.preventDefault();
        $("search").focus();
      } else if (event.key === "Escape") {
        if (document.body.classList.contains("filtering")) this.toggleFilters(false);
        else this.select(null);
      }
    });
  }

  /** Load the picture; without WebGL the table stands in for it. */
  async start() {
    try {
      const probe = document.createElement("canvas");
      if (!probe.getContext("webgl2") && !probe.getContext("webgl")) throw new Error("no WebGL");
      const { Picture } = await import("./picture.js");
      const shown = this.update();
      this.picture = new Picture($("picture"), this.model, readTheme(this.model.kinds), shown, {
        select: (selection) => this.select(selection),
        hover: (edge, event) => this.hover(edge, event),
      });
      onThemeChange(() => this.picture.recolour(readTheme(this.model.kinds)));
    } catch (error) {
      console.info(`No picture: ${error.message}. The table shows the same nodes.`);
      $("view-picture").disabled = true;
      $("view-picture").title = "This browser has no WebGL, which the picture needs";
      this.view = "table";
      this.update();
    }
    this.picture?.frame(undefined, { still: true });
    if (this.selection !== null) this.travel();
    document.body.classList.add("ready");
  }

  select(selection, { travel = false } = {}) {
    this.selection = selection;
    $("search").blur();
    if (selection?.kind !== "node") $("search").value = "";
    this.remember();
    this.update();
    if (travel) this.travel();
  }

  travel() {
    if (this.selection?.kind === "node") this.picture?.goTo(this.selection.index);
    if (this.selection?.kind === "edge") {
      const { source, target } = this.model.edges[this.selection.index];
      this.picture?.frame([source, target]);
    }
    if (this.selection !== null) $("panel").querySelector("h2")?.focus({ preventScroll: true });
  }

  setView(view) {
    this.view = view;
    this.remember();
    this.update();
  }

  reset() {
    Object.assign(this.filters, { lonely: defaultFilters(this.model).lonely });
    for (const field of ["kinds", "types"]) {
      this.filters[field].clear();
      defaultFilters(this.model)[field].forEach((value) => this.filters[field].add(value));
    }
    $("search").value = "";
    this.sidebar.redraw();
    this.select(null);
    this.picture?.frame();
  }

  toggleFilters(open = !document.body.classList.contains("filtering")) {
    document.body.classList.toggle("filtering", open);
    $("filters-toggle").setAttribute("aria-expanded", String(open));
    (open ? $("filters-close") : $("filters-toggle")).focus();
  }

  remember() {
    const hash = writeAddress(this, this.model);
    if (hash !== location.hash) history.pushState(null, "", hash || location.pathname + location.search);
  }

  hover(e, event) {
    const tip = $("tip");
    tip.hidden = e === null;
    if (e === null) return;
    const edge = this.model.edges[e];
    const [from, to] = [edge.source, edge.target].map((i) => this.model.nodes[i]);
    tip.replaceChildren(
      el("span", { class: "end" }, glyph(from.kind), from.label),
      el("em", {}, phrase(edge.type, true)),
      el("span", { class: "end" }, glyph(to.kind), to.label),
      el("span", { class: "note" }, count(edge.evidence.length, "sentence")),
    );
    tip.style.left = `${Math.min(event.x, $("stage").clientWidth - 260)}px`;
    tip.style.top = `${event.y + 14}px`;
  }

  update() {
    const { model, filters, selection, view } = this;
    const visible = computeVisible(model, filters, selection);
    document.body.dataset.view = view;
    document.body.classList.toggle("selected", selection !== null);
    $("view-picture").setAttribute("aria-pressed", String(view === "picture"));
    $("view-table").setAttribute("aria-pressed", String(view === "table"));
    this.sidebar.update(visible);
    $("status").textContent =
      `${visible.shown.nodes.toLocaleString("en")} of ${count(model.nodes.length, "node")} · ` +
      `${visible.shown.edges.toLocaleString("en")} of ${count(model.edges.length, "relation")}`;
    renderPanel($("panel"), model, selection, filters.types, this.go);
    if (view === "table") this.table.show(filters, selection);
    $("tip").hidden = true;
    this.picture?.show({ visible, selection });
    return { visible, selection };
  }
}

async function open() {
  try {
    const payload = await unpack($("data").textContent);
    const page = new Page(new Model(payload));
    await page.start();
    window.kgExplorer = page;
  } catch (error) {
    $("failure").hidden = false;
    $("failure").textContent = `This page could not be opened (${error.message}). It needs a browser of 2023 or later.`;
    throw error;
  }
}

open();
