// What is shown, as a file: the picture as PNG or SVG, its nodes and relations as JSON.

import { drawSvg } from "./svg.js";

/** Hand the reader a file; it is made in the page and goes through no network. */
export async function save(format, page) {
  const make = { png: pngFile, svg: svgFile, json: jsonFile }[format];
  const blob = await make(page);
  const link = document.createElement("a");
  const url = URL.createObjectURL(blob);
  const name = page.model.meta.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60);
  link.href = url;
  link.download = `${name || "graph"}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function pngFile({ picture }) {
  const layers = picture.layers();
  const canvas = document.createElement("canvas");
  canvas.width = layers[0].width;
  canvas.height = layers[0].height;
  const context = canvas.getContext("2d");
  context.fillStyle = picture.theme.canvas;
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const layer of layers) context.drawImage(layer, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}

function svgFile({ picture }) {
  const text = new XMLSerializer().serializeToString(drawSvg(picture));
  return new Blob([`<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`], { type: "image/svg+xml" });
}

function jsonFile({ model, visible }) {
  return new Blob([`${JSON.stringify(visibleGraph(model, visible), null, 1)}\n`], { type: "application/json" });
}

/** The nodes and relations drawn, with names instead of numbers. */
export function visibleGraph(model, visible) {
  const nodes = model.nodes.filter((_, i) => visible.nodes[i]);
  const edges = model.edges.filter((_, e) => visible.edges[e]);
  return {
    title: model.meta.title,
    note: model.meta.note,
    nodes: nodes.map((node) => ({
      id: node.id,
      kind: node.kind,
      name: node.label,
      aliases: node.aliases,
      year: node.year,
      href: node.href,
      community: model.communityName(node) || null,
      x: node.x,
      y: node.y,
    })),
    relations: edges.map((edge) => ({
      id: edge.id,
      subject: model.nodes[edge.source].id,
      predicate: edge.type,
      object: model.nodes[edge.target].id,
      score: edge.score,
      evidence: edge.evidence.map(([paper, sentence, object, subject, cue, score]) => ({
        paper: paper === null ? null : model.papers[paper].title,
        year: paper === null ? null : model.papers[paper].year,
        href: paper === null ? null : model.papers[paper].href,
        sentence: model.sentences[sentence],
        object,
        subject,
        cue,
        score,
      })),
    })),
  };
}
