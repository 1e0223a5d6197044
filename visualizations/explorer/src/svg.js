// The picture as SVG: the same lines, shapes and names, made as elements and never from markup.

// A name, not an address; it is put together here so that the page holds no web address at all.
const SVG = ["http:", "www.w3.org/2000/svg"].join("//");

/** Draw what `picture` shows within its frame. */
export function drawSvg(picture) {
  const { renderer, model, theme, visible } = picture;
  const { width, height } = renderer.getDimensions();
  const root = make("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "font-family": "system-ui, sans-serif" });
  root.append(make("title", {}, model.meta.title), make("rect", { width, height, fill: theme.canvas }));
  const spots = new Map();
  const spot = (i) => {
    if (!spots.has(i)) {
      const data = renderer.getNodeDisplayData(String(i));
      spots.set(i, { ...data, ...renderer.framedGraphToViewport(data), size: renderer.scaleSize(data.size) });
    }
    return spots.get(i);
  };
  const inside = ({ x, y }) => x > -20 && x < width + 20 && y > -20 && y < height + 20;
  model.edges.forEach((edge, e) => {
    const data = visible.edges[e] ? renderer.getEdgeDisplayData(String(e)) : null;
    if (!data || data.hidden) return;
    const [from, to] = [spot(edge.source), spot(edge.target)];
    if (!inside(from) && !inside(to)) return;
    const line = { x1: round(from.x), y1: round(from.y), x2: round(to.x), y2: round(to.y) };
    root.append(make("line", { ...line, stroke: data.color, "stroke-width": Math.max(1, data.size * 0.8) }));
  });
  [...model.byWeight].reverse().forEach((i) => {
    if (visible.nodes[i] && inside(spot(i))) root.append(shape(model.nodes[i].kind, spot(i), theme));
  });
  picture.names.write((text, x, y, { font, color }) => {
    const [, weight, size] = /(\d+) ([\d.]+)px/.exec(font);
    const style = { "font-size": size, "font-weight": weight, fill: color, stroke: theme.canvas, "stroke-width": 3 };
    root.append(
      make("text", { x: round(x), y: round(y), ...style, "paint-order": "stroke", "dominant-baseline": "central" }, text),
    );
  });
  return root;
}

function round(value) {
  return Math.round(value * 10) / 10;
}

function make(tag, attributes, text = null) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== null) element.textContent = text;
  return element;
}

/** The shapes of shapes.js; y points down here. */
const OUTLINES = {
  Dataset: [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
  Paper: [[-0.7, -0.95], [0.7, -0.95], [0.7, 0.95], [-0.7, 0.95]],
  Benchmark: [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
  Task: [[0, -1.48], [1.28, 0.74], [-1.28, 0.74]],
  Metric: [[0, 1.48], [1.28, -0.74], [-1.28, -0.74]],
};

function shape(kind, { x, y, size, color }, theme) {
  const corners = OUTLINES[kind];
  const rim = { stroke: theme.canvas, "stroke-width": 1 };
  if (corners) {
    const points = corners.map(([dx, dy]) => `${round(x + dx * size)},${round(y + dy * size)}`).join(" ");
    return make("polygon", { points, fill: color, ...rim });
  }
  const at = { cx: round(x), cy: round(y) };
  if (kind !== "Url") return make("circle", { ...at, r: round(size), fill: color, ...rim });
  return make("circle", { ...at, r: round(size * 0.75), fill: "none", stroke: color, "stroke-width": round(size / 2) });
}
