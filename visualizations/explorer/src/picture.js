// The picture: the graph drawn by WebGL, its names by canvas, its clicks handed on.

import { MultiDirectedGraph } from "graphology";
import { createEdgeArrowProgram } from "sigma/rendering";

import { Camera } from "./camera.js";
import { drawPill } from "./labels.js";
import { SmoothSigma } from "./motion.js";
import { Names } from "./names.js";
import { makeLineProgram, makeShapeProgram } from "./shapes.js";
import { rgb, SHAPES } from "./theme.js";

const MANY_EDGES = 5000;
const EDGES_FROM_RATIO = 0.4;
const REACH = [3, 6];
const PORTRAIT = 1.35;
const STRETCH = 1.8;
const ARROW = createEdgeArrowProgram({ lengthToThicknessRatio: 3.6, widenessToThicknessRatio: 2.8 });

/** The drawn graph. `on` has `select(selection)` and `hover(edge, event)`. */
export class Picture {
  constructor(container, model, theme, shown, on) {
    this.model = model;
    this.theme = theme;
    this.on = on;
    this.hoveredEdge = null;
    this.remember(shown);
    this.extent = extentOf(model.nodes);
    this.stretch = wantedStretch(container);
    this.edgesDrawn = shown.visible.shown.edges <= MANY_EDGES;
    // Many lines are not drawn at first, and take a while to prepare: addEdges() does it later.
    this.complete = model.edges.length <= MANY_EDGES;
    this.renderer = new SmoothSigma(this.buildGraph(), container, this.settings());
    this.renderer.used = (layer) => this.uses(layer);
    this.names = new Names(this);
    this.camera = new Camera(this);
    this.renderer.on("afterRender", () => this.names.draw());
    this.bind();
    this.watchSize(container);
  }

  buildGraph() {
    const graph = new MultiDirectedGraph();
    const { nodes, edges } = this.model;
    const count = nodes.length;
    const scale = count < 80 ? 1.7 : count < 500 ? 1.3 : count < 4000 ? 1 : count < 12000 ? 0.7 : 0.46;
    nodes.forEach((node, i) => {
      const lean = node.kind === "Paper" ? 0.72 : 1;
      const size = Math.min(17, (2.2 + 1.25 * Math.sqrt(node.degree)) * scale * lean);
      graph.addNode(String(i), { x: node.x, y: node.y * this.stretch, size, shape: SHAPES[node.kind], name: node.label });
    });
    if (!this.complete) return graph;
    edges.forEach((edge, e) => graph.addEdgeWithKey(String(e), String(edge.source), String(edge.target)));
    return graph;
  }

  /** Prepare the lines that were left out at first. */
  addEdges() {
    if (this.complete) return;
    this.complete = true;
    this.renderer.setGraph(this.buildGraph());
  }

  settings() {
    const line = makeLineProgram(this.model.edges.length < 1500 ? 7 : 3, () => this.edgesDrawn);
    // Programs draw in the order of their names here, sigma's own "arrow" before them.
    return {
      allowInvalidContainer: true,
      defaultNodeType: "shape",
      nodeProgramClasses: { shape: makeShapeProgram(() => rgb(this.theme.canvas)) },
      defaultEdgeType: "line",
      edgeProgramClasses: { line, stressed: ARROW },
      enableEdgeEvents: true,
      hideEdgesOnMove: this.model.edges.length > MANY_EDGES,
      enableCameraRotation: false,
      renderLabels: false,
      zIndex: true,
      minEdgeThickness: 1.5,
      // Nodes shrink on small screens, and more slowly than the picture when it is zoomed.
      zoomToSizeRatioFunction: (ratio) => Math.sqrt(ratio) * this.crowding(),
      minCameraRatio: 0.01,
      maxCameraRatio: 2.5,
      stagePadding: 36,
      nodeReducer: (key, data) => this.reduceNode(Number(key), data),
      edgeReducer: (key) => this.reduceEdge(Number(key)),
      defaultDrawNodeHover: (context, data) => drawPill(context, data, this.theme),
    };
  }

  reduceNode(i, data) {
    const hidden = !this.visible.nodes[i];
    const dim = this.near.size > 0 && !this.near.has(i);
    const color = dim ? this.theme.faded : this.colourOf(i);
    const chosen = this.named.has(i);
    const size = dim ? data.size * 0.5 : data.size;
    return { ...data, size, color, hidden, highlighted: chosen && !hidden, zIndex: dim ? 0 : chosen ? 2 : 1 };
  }

  colourOf(i) {
    const { kind, community } = this.model.nodes[i];
    if (this.colouring !== "community") return this.theme.kinds[kind];
    return this.theme.communities[community ?? Infinity] ?? this.theme.kinds.Paper;
  }

  reduceEdge(e) {
    if (!this.visible.edges[e]) return { hidden: true };
    const style = this.edgeStyle(e);
    return e === this.hoveredEdge ? { ...style, color: this.theme.accent, size: 3 } : style;
  }

  edgeStyle(e) {
    const edge = this.model.edges[e];
    const kind = this.selection?.kind;
    const here = this.selection?.index;
    if ((kind === "edge" && here === e) || this.route.has(e)) {
      return { type: "stressed", color: this.theme.accent, size: 3, zIndex: 2 };
    }
    if (kind === "node" && (edge.source === here || edge.target === here)) {
      return { type: "stressed", color: this.colourOf(this.model.other(edge, here)), size: 2.2, zIndex: 1 };
    }
    if (!this.edgesDrawn) return { hidden: true };
    return { type: "line", color: kind ? this.theme.faded : this.edgeColour(), size: 1.4, zIndex: 0 };
  }

  edgeColour() {
    return this.visible.shown.edges > 1200 ? this.theme.edges : this.theme.edge;
  }

  crowding() {
    const { clientWidth, clientHeight } = this.renderer?.getContainer() ?? { clientWidth: 800, clientHeight: 800 };
    const side = Math.min(clientWidth, clientHeight) || 800;
    const few = this.model.nodes.length <= 80;
    return few ? 1 : Math.min(1.7, Math.max(1, 1.1 * Math.sqrt(800 / side)));
  }

  bind() {
    const { renderer } = this;
    const camera = renderer.getCamera();
    renderer.on("clickNode", ({ node }) => this.on.select({ kind: "node", index: Number(node) }));
    renderer.on("clickEdge", ({ edge }) => this.on.select({ kind: "edge", index: Number(edge) }));
    renderer.on("clickStage", ({ event }) => this.on.select(this.nearby(event)));
    renderer.on("enterNode", () => this.point(true));
    renderer.on("leaveNode", () => this.point(false));
    renderer.on("enterEdge", ({ edge, event }) => this.hoverEdge(Number(edge), event));
    renderer.on("leaveEdge", () => this.hoverEdge(null, null));
    const catchUp = () => this.edgesDrawn !== this.wantsEdges() && this.refresh();
    renderer.on("rested", catchUp);
    camera.on("updated", () => renderer.slow || catchUp());
  }

  watchSize(container) {
    let known = `${container.clientWidth},${container.clientHeight}`;
    new ResizeObserver(() => {
      const size = `${container.clientWidth},${container.clientHeight}`;
      if (size === known || !container.clientWidth || !container.clientHeight) return;
      known = size;
      const stretch = wantedStretch(container);
      if (stretch !== this.stretch) {
        this.stretch = stretch;
        this.renderer.setGraph(this.buildGraph());
      }
      this.renderer.resize();
      this.renderer.refresh();
    }).observe(container);
  }

  /** What lies a few pixels off a click: a fingertip is not a pixel. */
  nearby({ x, y }) {
    for (const reach of REACH) {
      for (let turn = 0; turn < 8; turn += 1) {
        const spot = { x: x + reach * Math.cos((turn * Math.PI) / 4), y: y + reach * Math.sin((turn * Math.PI) / 4) };
        const node = this.renderer.getNodeAtPosition(spot);
        if (node !== null) return { kind: "node", index: Number(node) };
        const edge = this.renderer.getEdgeAtPoint(spot.x, spot.y);
        if (edge !== null) return { kind: "edge", index: Number(edge) };
      }
    }
    return null;
  }

  /** How the sides of the picture compare to those it has where it is not stretched. */
  scales() {
    const [width, height] = this.extent;
    const across = Math.max(width, height * this.stretch) / Math.max(width, height);
    return [across, across / this.stretch];
  }

  point(yes) {
    this.renderer.getContainer().classList.toggle("pointing", yes);
  }

  hoverEdge(e, event) {
    const changed = [this.hoveredEdge, e].filter((edge) => edge !== null).map(String);
    this.hoveredEdge = e;
    this.point(e !== null);
    this.on.hover(e, event);
    this.renderer.refresh({ partialGraph: { edges: changed }, skipIndexation: true, schedule: true });
  }

  wantsEdges() {
    const many = this.visible.shown.edges > MANY_EDGES;
    return !many || (this.selection === null && this.renderer.getCamera().ratio < EDGES_FROM_RATIO);
  }

  refresh() {
    this.edgesDrawn = this.wantsEdges();
    this.renderer.refresh();
  }

  /** Draw what the filters let through, and stress the selection. */
  show(shown) {
    this.remember(shown);
    this.names.regions = null;
    this.refresh();
  }

  remember({ visible, selection, pins, colouring }) {
    this.colouring = colouring;
    this.visible = visible;
    this.selection = selection;
    this.route = new Set(visible.route?.edges ?? []);
    this.near = new Set();
    // Nodes with a pill: the chosen one, the ends of a path, the pinned ones.
    this.named = new Set(pins);
    if (selection?.kind === "node" || selection?.kind === "path") this.named.add(selection.index);
    if (selection?.kind === "path") {
      this.named.add(selection.to);
      this.near = new Set([selection.index, selection.to, ...(visible.route?.nodes ?? [])]);
    }
    if (selection?.kind === "node") {
      this.near.add(selection.index);
      for (const e of this.model.around[selection.index]) {
        if (visible.edges[e]) this.near.add(this.model.other(this.model.edges[e], selection.index));
      }
    } else if (selection?.kind === "edge") {
      const { source, target } = this.model.edges[selection.index];
      this.near.add(source).add(target);
    }
    if (this.near.size) for (const i of pins) this.near.add(i);
  }

  recolour(theme) {
    this.theme = theme;
    this.refresh();
  }

  /** Whether anything is drawn on a layer. */
  uses(layer) {
    if (layer === "edges") return this.edgesDrawn || this.near.size > 0;
    return layer.startsWith("hover") ? this.named.size > 0 : layer !== "edgeLabels";
  }

  /** The canvases of the picture, drawn just now, from the lowest to the highest. */
  layers() {
    this.renderer.refresh();
    const canvases = this.renderer.getCanvases();
    return ["edges", "nodes", "edgeLabels", "labels", "hovers", "hoverNodes"].map((name) => canvases[name]).filter(Boolean);
  }
}

/** Width and height of where the nodes lie. */
function extentOf(nodes) {
  const sides = ["x", "y"].map((axis) => {
    const [low, high] = nodes.reduce(([a, b], node) => [Math.min(a, node[axis]), Math.max(b, node[axis])], [0, 0]);
    return high - low;
  });
  return sides.every((side) => side > 0) ? sides : [1, 1];
}

/** A screen that is held upright gets a taller picture, so that names have more room. */
function wantedStretch(container) {
  const { clientWidth, clientHeight } = container.closest("main") ?? container;
  return clientHeight > PORTRAIT * clientWidth ? STRETCH : 1;
}
