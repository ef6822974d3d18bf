// @ts-check
// The trees keep their state in the address, an anchor leads on to its term, and the picture is
// drawn. Without this script the pages hold all of it as links.

const narrow = matchMedia("(width <= 40rem)");
const overview = /** @type {HTMLFormElement} */ (document.querySelector("form.filter"));

followAnchor();
addEventListener("hashchange", followAnchor);
showChosen();
if (overview) document.addEventListener("toggle", remember, true);
for (const figure of figures()) picture(figure);

// {namespace}Term reaches the ontology's page with the term behind the hash.
function followAnchor() {
  if (!overview || location.hash.length < 2) return;
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const link = place?.matches(".tree li") && /** @type {HTMLAnchorElement} */ (place.querySelector(".leaf a"));
  if (link) location.replace(link.href);
}

// The tree beside a term scrolls by itself to where the term stands, if that is out of sight.
function showChosen() {
  const side = document.querySelector(".side");
  const chosen = side?.querySelector("[aria-current]");
  if (!chosen) return;
  const below = chosen.getBoundingClientRect().bottom - side.getBoundingClientRect().top;
  if (below > side.clientHeight) side.scrollTop = below - side.clientHeight * 2 / 3;
}

/** @returns {HTMLDetailsElement[]} */
function branches() {
  return Array.from(document.querySelectorAll(".tree details"));
}

function opened() {
  return [...new Set(branches().filter((d) => d.open).map((d) => d.dataset.name))].sort();
}

function remember(event) {
  if (!event.target.closest?.(".tree")) return;
  const open = opened().join(",");
  const address = new URL(location.href);
  if ((address.searchParams.get("open") ?? "") === open) return;
  set(address, open);
  history.replaceState(history.state, "", address);
  /** @type {HTMLInputElement} */ (overview.elements.namedItem("open")).value = open;
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".languages a"))) {
    const other = new URL(link.href);
    set(other, open);
    link.href = other.href;
  }
  for (const figure of figures()) {
    const source = new URL(figure.dataset.source, location.href);
    set(source, open);
    figure.dataset.source = source.pathname + source.search;
    figure.dispatchEvent(new Event("change"));
  }
}

/** @returns {NodeListOf<HTMLElement>} */
function figures() {
  return document.querySelectorAll(".diagram");
}

function set(address, open) {
  if (open) address.searchParams.set("open", open);
  else address.searchParams.delete("open");
}

function picture(figure) {
  const canvas = figure.querySelector(".canvas");
  let shown = null;
  let drawn = null;
  let width = 0;
  const draw = () => {
    drawn?.destroy();
    // a narrow window has no room for it, and the page says the same in words
    figure.hidden = narrow.matches || !shown || (shown.nodes.length < 2 && shown.edges.length === 0);
    drawn = figure.hidden ? null : diagram(canvas, shown);
    width = innerWidth;
  };
  const load = async () => {
    const source = figure.dataset.source;
    const response = await fetch(source, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const found = await response.json();
    if (source !== figure.dataset.source) return; // another was asked for meanwhile
    // where a node leads to, its own file says
    for (const node of found.nodes) if (node.href) node.href = new URL(node.href, response.url).href;
    shown = found;
    figure.classList.remove("waiting");
    canvas.setAttribute("aria-label", shown.name);
    draw();
  };
  figure.addEventListener("change", load);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => innerWidth !== width && draw(), 200);
  });
  document.fonts.ready.then(load);
}

function diagram(canvas, shown) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => resolved(canvas, style.getPropertyValue(name).trim());
  const font = getComputedStyle(document.body).fontFamily;
  const measure = document.createElement("canvas").getContext("2d");
  const elements = [];
  for (const node of shown.nodes) {
    measure.font = `600 14px ${font}`;
    const lines = broken(node.label, 22);
    const widest = Math.max(...lines.map((line) => measure.measureText(line).width));
    elements.push({
      data: { id: node.id, label: lines.join("\n"), width: Math.ceil(widest) + 26, height: 18 * lines.length + 16 },
      classes: [node.chosen && "chosen", !node.own && "foreign", node.more && "more"].filter(Boolean).join(" "),
    });
  }
  // a label is laid out as a node between the two ends, so that none lies over another
  measure.font = `13px ${font}`;
  shown.edges.forEach((edge, number) => {
    const { source, target, label, kind } = edge;
    if (!label) {
      elements.push({ data: { id: `edge ${number}`, source, target }, classes: kind });
      return;
    }
    const lines = label.split("\n");
    const widest = Math.max(...lines.map((line) => measure.measureText(line).width));
    const id = `label ${number}`;
    elements.push(
      { data: { id, label, width: Math.ceil(widest) + 8, height: 17 * lines.length + 4 }, classes: "label" },
      { data: { id: `edge ${number}`, source, target: id }, classes: `${kind} begins` },
      { data: { id: `edge ${number} to its end`, source: id, target }, classes: kind },
    );
  });
  const room = canvas.parentElement.clientWidth;
  canvas.style.width = `${room}px`;
  // until it is laid out all lies in one place, which Cytoscape would complain about
  cytoscape.warnings(false);
  const cy = cytoscape({
    container: canvas,
    elements,
    layout: { name: "null" },
    style: [
      { selector: "node", style: {
        shape: "round-rectangle", width: "data(width)", height: "data(height)", label: "data(label)",
        "text-wrap": "wrap", "text-valign": "center", "font-family": font, "font-size": 14,
        "background-color": colour("--accent-tint"), "border-color": colour("--accent"), "border-width": 1,
        color: colour("--ink"),
      } },
      { selector: ".more", style: { "border-width": 2 } },
      { selector: ".foreign", style: { "background-color": colour("--tint"), "border-color": colour("--strong-line"), "border-style": "dashed" } },
      { selector: ".chosen", style: { "background-color": colour("--accent"), color: colour("--ground"), "font-weight": 600 } },
      { selector: "edge", style: {
        "curve-style": "bezier", width: 1.25, "line-color": colour("--strong-line"), "target-arrow-shape": "triangle",
        "target-arrow-color": colour("--strong-line"), "arrow-scale": 0.9,
      } },
      { selector: ".begins", style: { "target-arrow-shape": "none" } },
      { selector: ".label", style: {
        shape: "rectangle", "border-width": 0, "background-color": colour("--paper"), "font-size": 13, "font-weight": 400,
        color: colour("--soft"), events: "no",
      } },
      { selector: ".above", style: {
        "line-style": "dashed", "target-arrow-shape": "none", "source-arrow-shape": "triangle", "source-arrow-fill": "hollow",
        "source-arrow-color": colour("--strong-line"),
      } },
    ],
    userZoomingEnabled: false, userPanningEnabled: false, boxSelectionEnabled: false, autoungrabify: true, autounselectify: true,
  });
  // from the left to the right where there is room for that, else whichever way is narrower
  const arranged = (rankDir, rankSep) => {
    cy.layout({ name: "dagre", rankDir, nodeSep: 14, edgeSep: 10, rankSep, animate: false, fit: false }).run();
    return cy.elements().boundingBox();
  };
  let box = arranged("LR", 26);
  if (box.w > room * 1.25) {
    const across = box.w;
    box = arranged("TB", 34);
    if (box.w > across) box = arranged("LR", 26);
  }
  // as large as it is to be read, however wide; what is wider than the room scrolls
  const zoom = Math.min(1, Math.max(0.8, (room - 24) / box.w));
  canvas.style.width = `${Math.max(room, Math.ceil(box.w * zoom) + 24)}px`;
  canvas.style.height = "";
  canvas.style.height = `${Math.max(Math.ceil(box.h * zoom) + 24, canvas.parentElement.clientHeight)}px`;
  cy.resize();
  cy.zoom(zoom);
  cy.center();
  // what the picture is about is seen first: the chosen one, else the one with the most ties
  const chosen = cy.$(".chosen").first();
  const middle = chosen.length ? chosen : cy.nodes().max((node) => node.degree(false)).ele;
  const scroller = canvas.parentElement;
  scroller.scrollLeft = middle.renderedPosition("x") - room / 2;
  scroller.scrollTop = middle.renderedPosition("y") - scroller.clientHeight / 2;
  cy.on("mouseover", "node", () => { canvas.style.cursor = "pointer"; });
  cy.on("mouseout", "node", () => { canvas.style.cursor = ""; });
  cy.on("tap", "node", (event) => {
    const node = shown.nodes.find((n) => n.id === event.target.id());
    if (node) follow(node);
  });
  return cy;
}

// A class that has more below it opens in the tree and so in the picture; another leads to its page.
function follow(node) {
  const branch = overview && node.more
    && branches().find((d) => d.dataset.name === node.name && !d.open);
  if (branch) branch.open = true;
  else location.assign(node.href);
}

// Names break between words, so that boxes stay narrow.
function broken(text, most) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last && last.length + word.length >= most) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}

// The library reads plain colours only: let the browser work out what the variable comes to.
function resolved(element, value) {
  const probe = document.createElement("span");
  probe.style.color = value;
  probe.hidden = true;
  element.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
