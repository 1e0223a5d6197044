// Draws the network that pyvis described, with the colours of the reader's system.
(() => {
  const { nodes, edges, options } = JSON.parse(document.getElementById("network").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function colours() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(name).trim();
    return {
      nodes: { font: { color: read("--ink"), strokeColor: read("--canvas"), strokeWidth: 4 } },
      edges: { color: { color: read("--edge"), highlight: read("--accent"), hover: read("--accent") } },
    };
  }

  function painted(node) {
    const style = getComputedStyle(document.documentElement);
    const kind = style.getPropertyValue(`--kind-${node.group.toLowerCase()}`).trim();
    // Only the node in focus has a border.
    const border = node.borderWidth ? style.getPropertyValue("--ink").trim() : kind;
    const { group, ...rest } = node;
    const both = { background: kind, border };
    return { ...rest, color: { ...both, highlight: both, hover: both } };
  }

  const data = { nodes: new vis.DataSet(nodes.map(painted)), edges: new vis.DataSet(edges) };
  const merged = structuredClone(options);
  for (const [section, values] of Object.entries(colours())) {
    merged[section] = { ...merged[section], ...values, font: { ...merged[section]?.font, ...values.font } };
  }
  const network = new vis.Network(document.getElementById("picture"), data, merged);
  // Once settled it stays put: a page that drifts cannot be read.
  network.once("stabilizationIterationsDone", () => network.setOptions({ physics: false }));
  network.once("afterDrawing", () => document.body.classList.add("ready"));
  dark.addEventListener("change", () => {
    network.setOptions(colours());
    data.nodes.update(nodes.map(painted));
  });
  window.kgNetwork = network;
})();
