// Elements from text: the only way this page makes markup. Nothing here parses HTML.

/** Make an element; children are elements or texts, `null` children are skipped. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** The mark of a kind: the same colour and shape as in the picture. */
export function glyph(kind) {
  return el("span", { class: "glyph", "data-kind": kind, "aria-hidden": "true" });
}

/** The colour of a community, where the picture is coloured by communities. */
export function swatch(community) {
  return el("span", { class: "swatch", "data-community": community, "aria-hidden": "true" });
}

/** The mark and the name of a node, as a button that opens it. */
export function nodeLink(model, i, go) {
  const node = model.nodes[i];
  return el(
    "button",
    { type: "button", class: "node-link", onclick: () => go({ kind: "node", index: i }) },
    glyph(node.kind),
    el("span", {}, node.label),
  );
}

/** The address as a URL if it is a web address, else null: `javascript:` never gets through. */
export function webAddress(href) {
  try {
    const url = new URL(href);
    return url.protocol === "http:" || url.protocol === "https:" ? url : null;
  } catch {
    return null;
  }
}

/** A link to a web address; anything else is shown as the text it is. */
export function outsideLink(href, text) {
  const url = webAddress(href);
  if (url === null) return el("span", { class: "address" }, href);
  const label = text ?? url.host.replace(/^www\./, "");
  return el(
    "a",
    { href: url.href, rel: "noopener noreferrer", target: "_blank", class: "outside", title: url.href },
    label,
  );
}

/** `1 paper`, `2 papers`. */
export function count(number, noun, nouns = `${noun}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? noun : nouns}`;
}

/** A list that shows its first items and a button for the rest; items are made when needed. */
export function longList(items, make, limit, attributes = {}) {
  const list = el("ul", attributes, items.slice(0, limit).map(make));
  if (items.length > limit) {
    const more = el("button", { type: "button", class: "more" }, `Show all ${items.length.toLocaleString("en")}`);
    const row = el("li", { class: "more-row" }, more);
    more.addEventListener("click", () => {
      const rest = items.slice(limit).map(make);
      row.replaceWith(...rest);
      rest[0].querySelector("button, summary, a")?.focus();
    });
    list.append(row);
  }
  return list;
}
