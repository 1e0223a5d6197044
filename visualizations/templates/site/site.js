// The search box: as you type, by keyboard or by hand. The names are loaded when it is first used.
(() => {
  const LIMIT = 12;
  const KINDS = { method: "Method", dataset: "Dataset", benchmark: "Benchmark", task: "Task", metric: "Metric", paper: "Paper" };
  const root = new URL(".", document.currentScript.src);
  const form = document.querySelector("form.search");
  const input = document.getElementById("search");
  const list = document.getElementById("hits");
  const found = document.getElementById("found");
  let entries = null;
  let waiting = null;
  let hits = [];
  let active = -1;

  const fold = (text) =>
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase();

  function load() {
    waiting ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL("search-index.js", root).href;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    }).then(() => {
      const { folders, names } = window.kgNames;
      delete window.kgNames;
      entries = names.split("\n").filter(Boolean).map((line) => {
        const [folder, file, ...all] = line.split("\t");
        return { folder: folders[folder], file, names: all, folded: all.map(fold) };
      });
    });
    return waiting;
  }

  function quality(name, wanted) {
    if (name === wanted) return 4;
    if (name.startsWith(wanted)) return 3;
    const at = name.indexOf(wanted);
    if (at < 0) return 0;
    return /[\p{L}\p{N}]/u.test(name[at - 1]) ? 1 : 2;
  }

  // The entries stand in the order of how many papers name them: of equals the first is the best.
  function search(query) {
    const wanted = fold(query.trim());
    if (!wanted) return [];
    const groups = new Map();
    for (const entry of entries) {
      let best = 0;
      let by = 0;
      entry.folded.forEach((name, i) => {
        const value = quality(name, wanted) * (i === 0 ? 1 : 0.95);
        if (value > best) [best, by] = [value, i];
      });
      if (!best) continue;
      const group = groups.get(best) ?? [];
      if (group.length < LIMIT) group.push({ entry, alias: by ? entry.names[by] : null });
      groups.set(best, group);
    }
    const order = [...groups.keys()].sort((a, b) => b - a);
    return order.flatMap((key) => groups.get(key)).slice(0, LIMIT);
  }

  function address(entry) {
    return new URL(`${entry.folder}/${entry.file}.html`, root).href;
  }

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
  }

  function mark(next) {
    active = next;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
    input.setAttribute("aria-activedescendant", `hit-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  function go(hit) {
    location.href = address(hit.entry);
  }

  function option(hit, i) {
    const kind = KINDS[hit.entry.folder];
    const made = element(
      "li",
      { id: `hit-${i}`, role: "option", "aria-selected": "false" },
      element("span", { class: `glyph ${hit.entry.folder}` }),
      element("span", { class: "hit-name" }, hit.entry.names[0] ?? hit.entry.file),
      element("span", { class: "hit-note" }, hit.alias === null ? kind : `${kind} · ${hit.alias}`),
    );
    made.addEventListener("pointerdown", (event) => event.preventDefault());
    made.addEventListener("click", () => go(hit));
    return made;
  }

  async function update() {
    const query = input.value;
    if (!query.trim()) {
      found.textContent = "";
      return close();
    }
    try {
      await load();
    } catch {
      found.textContent = "The list of names could not be loaded.";
      return close();
    }
    if (query !== input.value) return; // a later keystroke is on its way
    hits = search(query);
    list.replaceChildren(...hits.map(option));
    found.textContent = hits.length ? `${hits.length} shown` : "No name like this";
    found.classList.toggle("unseen", hits.length > 0);
    list.hidden = hits.length === 0;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    if (hits.length) mark(0);
  }

  input.addEventListener("focus", () => load().catch(() => {}));
  input.addEventListener("input", update);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", async (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      if (list.hidden) input.value = "";
      found.textContent = "";
      close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (list.hidden) await update();
      if (hits.length && !list.hidden) go(hits[Math.max(active, 0)]);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) await update();
      else mark((active + (event.key === "ArrowDown" ? 1 : -1) + hits.length) % hits.length);
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
  });
  form.hidden = false;
})();
