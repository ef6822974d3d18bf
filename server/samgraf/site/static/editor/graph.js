// @ts-check
// A picture of the graph that CONSTRUCT or DESCRIBE answers with: Cytoscape, laid out in layers.

import { element, load, variable } from "./dom.js";

const MOST = 120; // triples
const LONGEST = 34; // characters of a node's text
const SHEET = "__________cytoscape_stylesheet"; // its own would be a style element, which the policy forbids
const NARROW = "(max-width: 40rem)";

/** Draw the picture into `place`. */
export async function drawGraph(place, triples, { terms, words, labels, sources }) {
  const chosen = triples.slice(0, MOST);
  await labels.find(chosen.flatMap((t) => Object.values(t)).filter((t) => t.type === "uri").map((t) => t.value));
  const nodes = new Map();
  const edges = new Map();
  for (const { subject, predicate, object } of chosen) {
    const from = node(subject);
    const to = node(object);
    const id = `${from} ${to}`;
    const text = name(predicate);
    edges.set(id, { source: from, target: to, text: edges.has(id) ? `${edges.get(id).text}, ${text}` : text });
  }
  const canvas = element("div", {
    class: "picture",
    role: "img",
    "aria-label": words.text("graph", { nodes: nodes.size, edges: edges.size }),
  });
  const note = triples.length > chosen.length
    ? [element("p", { class: "note" }, words.text("graph_most", { shown: chosen.length, count: triples.length }))]
    : [];
  place.replaceChildren(...note, canvas);
  try {
    if (!document.getElementById(SHEET)) {
      document.head.append(element("meta", { id: SHEET }));
    }
    await load(sources.cytoscape);
    await load(sources.dagre);
    draw(canvas, nodes, edges, terms);
  } catch {
    canvas.replaceWith(element("p", { class: "note" }, words.text("graph_failed")));
  }

  function node(term) {
    // a literal is a node of its own for each value
    const id = `${term.type} ${term.value} ${term["xml:lang"] ?? term.datatype ?? ""}`;
    if (!nodes.has(id)) {
      nodes.set(id, { id, text: name(term), iri: term.type === "uri" ? term.value : null, kind: term.type });
    }
    return id;
  }

  function name(term) {
    const text = (term.type === "uri" && labels.get(term.value)?.[0]) || terms.text(term);
    const line = text.replace(/\s+/g, " ").trim();
    const short = line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
    return term["xml:lang"] ? `${short} (${term["xml:lang"]})` : short;
  }
}

function draw(canvas, nodes, edges, terms) {
  const measure = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;
  measure.font = `15px ${family}`;
  const elements = [
    ...[...nodes.values()].map((data) => ({
      data: { ...data, width: Math.ceil(measure.measureText(data.text).width) + 24 },
      classes: data.kind,
    })),
    ...[...edges.values()].map((data) => ({ data })),
  ];
  const picture = window.cytoscape({
    container: canvas,
    elements,
    style: looks(family),
    layout: {
      name: "dagre",
      rankDir: matchMedia(NARROW).matches ? "TB" : "LR",
      rankSep: 110,
      nodeSep: 18,
      edgeSep: 12,
      fit: true,
      padding: 16,
    },
    minZoom: 0.15,
    maxZoom: 2,
    userZoomingEnabled: false, // the wheel scrolls the page
  });
  picture.on("tap", "node", (event) => {
    const iri = event.target.data("iri");
    const address = iri && terms.address(iri);
    if (address) {
      location.assign(address);
    }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => picture.style(looks(family)));
}

function looks(family) {
  const text = { "font-family": family, "font-size": 15, color: variable("--ds-color-neutral-text-default") };
  const line = variable("--ds-color-neutral-border-default");
  return [
    {
      selector: "node",
      style: {
        ...text,
        label: "data(text)",
        shape: "round-rectangle",
        width: "data(width)",
        height: 32,
        "text-valign": "center",
        "background-color": variable("--ds-color-accent-surface-default"),
        "border-width": 1,
        "border-color": variable("--ds-color-accent-border-default"),
      },
    },
    {
      selector: "node.literal",
      style: {
        "background-color": variable("--ds-color-neutral-surface-default"),
        "border-color": variable("--ds-color-neutral-border-subtle"),
      },
    },
    {
      selector: "edge",
      style: {
        ...text,
        "font-size": 12,
        label: "data(text)",
        "curve-style": "bezier",
        width: 1.5,
        "line-color": line,
        "target-arrow-color": line,
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.8,
        "text-background-color": variable("--ds-color-neutral-background-default"),
        "text-background-opacity": 1,
        "text-background-padding": 2,
        "text-wrap": "ellipsis",
        "text-max-width": 140,
      },
    },
  ];
}
