// Colours and shapes: the style sheet says them once, the picture reads them from there.

/** Number of the shape of each kind in the node program; the style sheet draws the same. */
export const SHAPES = { Method: 0, Dataset: 1, Paper: 2, Benchmark: 3, Task: 4, Metric: 5, Url: 6 };

/** Read the colours that hold now. */
export function readTheme(kinds) {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    kinds: Object.fromEntries(kinds.map((kind) => [kind, read(`--kind-${kind.toLowerCase()}`)])),
    // As many as can be told apart; the communities after these are grey.
    communities: [0, 1, 2, 3, 4, 5, 6].map((c) => read(`--community-${c}`)),
    canvas: read("--canvas"),
    ink: read("--ink"),
    quiet: read("--quiet"),
    edge: read("--edge"),
    edges: read("--edges"),
    faded: read("--faded"),
    accent: read("--accent"),
    surface: read("--surface"),
    font: read("--font"),
  };
}

/** Call back when the reader's system turns light or dark. */
export function onThemeChange(react) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", react);
}

/** `#rrggbb` as three numbers from 0 to 1. */
export function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
}
