// The buttons of the page and the keys that hold everywhere.

import { readAddress } from "./address.js";
import { bindPictureKeys } from "./keys.js";

const $ = (id) => document.getElementById(id);

/** Make them work for a page. */
export function bindControls(page) {
  const zoom = (factor) => () => {
    page.picture?.camera.zoom(factor);
    page.looked();
  };
  $("view-picture").addEventListener("click", () => page.set({ view: "picture" }, { push: true }));
  $("view-table").addEventListener("click", () => page.set({ view: "table" }, { push: true }));
  $("reset").addEventListener("click", () => page.reset());
  $("zoom-in").addEventListener("click", zoom(1 / 1.6));
  $("zoom-out").addEventListener("click", zoom(1.6));
  $("fit").addEventListener("click", () => {
    page.set({ at: null });
    page.picture?.camera.frame();
  });
  $("filters-toggle").addEventListener("click", () => toggleFilters());
  $("filters-close").addEventListener("click", () => toggleFilters(false));
  $("skip").addEventListener("click", (event) => {
    event.preventDefault();
    $("search").focus();
  });
  bindPictureKeys($("picture"), page);
  $("picture").addEventListener("wheel", () => page.looked(), { passive: true });
  watchDrags($("picture"), page);
  addEventListener("hashchange", () => {
    page.set({ ...readAddress(location.hash, page.model), picking: null });
    page.arrive();
  });
  addEventListener("keydown", (event) => onKey(event, page));
  addEventListener("pointerdown", ({ target }) => {
    const beside = !target.closest?.("#filters, #filters-toggle");
    if (beside && document.body.classList.contains("filtering")) toggleFilters(false);
  });
}

function watchDrags(element, page) {
  let start = null;
  element.addEventListener("pointerdown", ({ x, y }) => (start = [x, y]), { capture: true });
  addEventListener("pointerup", ({ x, y }) => {
    if (start !== null && Math.hypot(x - start[0], y - start[1]) > 6) page.looked();
    start = null;
  });
}

function onKey(event, page) {
  const typing = event.target.closest?.("input:not([type=checkbox], [type=range]), textarea, select");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    $("search").focus();
  } else if (event.key === "Escape") {
    if (document.body.classList.contains("filtering")) toggleFilters(false);
    else if (page.picking !== null) page.set({ picking: null });
    else page.select(null);
  }
}

function toggleFilters(open = !document.body.classList.contains("filtering")) {
  document.body.classList.toggle("filtering", open);
  $("filters-toggle").setAttribute("aria-expanded", String(open));
  (open ? $("filters-close") : $("filters-toggle")).focus();
}
