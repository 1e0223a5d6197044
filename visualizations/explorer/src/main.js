// The page: unpack the data, then keep picture, table, panel, filters and address in step.

import { openingState, readAddress, writeAddress } from "./address.js";
import { renderChips } from "./chips.js";
import { bindControls } from "./controls.js";
import { Model, unpack } from "./data.js";
import { count } from "./dom.js";
import { bindFilters } from "./filters.js";
import { buildGuide } from "./guide.js";
import { renderPanel } from "./panel.js";
import { save } from "./save.js";
import { bindSearch } from "./search.js";
import { Table } from "./table.js";
import { onThemeChange, readTheme } from "./theme.js";
import { showTip } from "./tip.js";
import { computeVisible } from "./visible.js";

const $ = (id) => document.getElementById(id);

class Page {
  constructor(model) {
    this.model = model;
    this.picture = null;
    this.picking = null;
    this.tell = "";
    Object.assign(this, readAddress(location.hash, model));
    this.go = (selection) => this.select(selection, { travel: true });
    this.table = new Table($("table"), model, this.go, (rows) => this.list(rows));
    this.sidebar = bindFilters($("filter-list"), model, () => this.filters, () => this.set({}), {
      get: () => this.colouring,
      set: (colouring) => this.set({ colouring }),
    });
    buildGuide($("guide"), (format) => this.save(format));
    bindSearch($("search"), $("hits"), model, (index) => this.go({ kind: "node", index }));
    bindControls(this);
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
        hover: (edge, event) => showTip(this.model, edge, event),
      });
      onThemeChange(() => this.picture.recolour(readTheme(this.model.kinds)));
    } catch (error) {
      console.info(`No picture: ${error.message}. The table shows the same nodes.`);
      $("view-picture").disabled = true;
      $("view-picture").title = "This browser has no WebGL, which the picture needs";
      this.view = "table";
      this.update();
    }
    this.picture?.camera.frame(undefined, { still: true });
    await painted();
    performance.mark("picture");
    this.picture?.addEdges();
    this.arrive();
    document.body.classList.add("ready");
  }

  /** Go to what the address says. */
  arrive() {
    if (this.at !== null) this.picture?.camera.look(this.at);
    else if (this.selection !== null) this.travel();
    else if (this.focus !== null) this.picture?.camera.frame();
  }

  /** Change what is shown; what can be gone back to is `push`ed on the history. */
  set(changes, { push = false } = {}) {
    Object.assign(this, { tell: "" }, changes);
    this.remember(push);
    return this.update();
  }

  /** Order or narrow the table. */
  list(rows) {
    this.rows = rows;
    this.remember(false);
    this.table.show(this.visible.listed, this.selection, rows);
  }

  select(selection, { travel = false } = {}) {
    const from = this.picking;
    const picked = from !== null && selection?.kind === "node" && selection.index !== from;
    const chosen = picked ? { kind: "path", index: from, to: selection.index } : selection;
    $("search").blur();
    if (chosen?.kind !== "node") $("search").value = "";
    this.set({ selection: chosen, picking: null, at: null }, { push: true });
    if (travel || picked) this.travel();
  }

  travel() {
    const { selection, picture } = this;
    if (selection?.kind === "node") picture?.camera.goTo(selection.index);
    if (selection?.kind === "path") picture?.camera.frame([...picture.near]);
    if (selection?.kind === "edge") {
      const { source, target } = this.model.edges[selection.index];
      picture?.camera.frame([source, target]);
    }
    if (selection !== null) $("panel").querySelector("h2")?.focus({ preventScroll: true });
  }

  setFocus(focus) {
    this.set({ focus, at: null }, { push: true });
    this.picture?.camera.frame();
  }

  pickPath(index) {
    this.set({ picking: this.picking === index ? null : index });
    if (this.picking !== null) {
      $("search").value = "";
      $("search").focus();
    }
  }

  togglePin(index) {
    const pins = new Set(this.pins);
    if (!pins.delete(index)) pins.add(index);
    this.set({ pins });
  }

  onlyCommunity(c) {
    this.filters.communities = new Set([c]);
    this.set({ selection: null, at: null }, { push: true });
    this.picture?.camera.frame();
  }

  /** End one of the things that narrow the view. */
  end(what) {
    const opening = openingState(this.model);
    if (what in opening.filters) this.filters[what] = opening.filters[what];
    this.set(what in opening ? { [what]: opening[what] } : what === "picking" ? { picking: null } : {});
    if (what === "focus") this.picture?.camera.frame();
    ($("chips").querySelector("button") ?? $("search")).focus();
  }

  reset() {
    const { view } = this;
    $("search").value = "";
    this.set({ ...openingState(this.model), view, picking: null }, { push: true });
    this.picture?.camera.frame();
  }

  /** The reader moved the picture: the address says where to. */
  looked() {
    clearTimeout(this.looking);
    this.looking = setTimeout(() => {
      if (this.picture === null) return;
      this.at = this.picture.camera.at();
      this.remember(false);
    }, 400);
  }

  async save(format) {
    try {
      if (this.picture === null && format !== "json") throw new Error("there is no picture without WebGL");
      await save(format, this);
    } catch (error) {
      this.set({ tell: `Could not be saved: ${error.message}` });
    }
  }

  remember(push) {
    clearTimeout(this.looking);
    const hash = writeAddress(this, this.model);
    if (hash === location.hash) return;
    history[push ? "pushState" : "replaceState"](null, "", hash || location.pathname + location.search);
  }

  update() {
    const { model, filters, selection, view, pins, colouring } = this;
    const held = document.activeElement?.dataset.act;
    const visible = computeVisible(model, filters, selection, this);
    this.visible = visible;
    document.body.dataset.view = view;
    document.body.dataset.colouring = colouring;
    document.body.classList.toggle("selected", selection !== null);
    $("view-picture").setAttribute("aria-pressed", String(view === "picture"));
    $("view-table").setAttribute("aria-pressed", String(view === "table"));
    this.sidebar.update(visible);
    renderChips($("chips"), model, this, (what) => this.end(what));
    $("status").textContent =
      `${visible.shown.nodes.toLocaleString("en")} of ${count(model.nodes.length, "node")} · ` +
      `${visible.shown.edges.toLocaleString("en")} of ${count(model.edges.length, "relation")}`;
    renderPanel($("panel"), this, visible.route);
    if (held) $("panel").querySelector(`[data-act="${held}"]`)?.focus();
    if (view === "table") this.table.show(visible.listed, selection, this.rows);
    $("tip").hidden = true;
    const shown = { visible, selection, pins, colouring };
    this.picture?.show(shown);
    return shown;
  }
}

/** Wait until the browser has drawn a frame. */
function painted() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

async function open() {
  try {
    const payload = await unpack($("data").textContent);
    const page = new Page(new Model(payload));
    window.kgExplorer = page;
    await page.start();
  } catch (error) {
    $("failure").hidden = false;
    $("failure").textContent = `This page could not be opened (${error.message}). It needs a browser of 2023 or later.`;
    throw error;
  }
}

open();
