// @ts-check
// Maps by Leaflet. They look as map.css says, so they follow light and dark by themselves.
//
// drawMap(place, features, options) draws into an element and is all that another page needs.
// Words and addresses come from the attributes that templates/map/picture.html writes.

import { button, element } from "./editor/dom.js";

const LAYERS = 6; // ways of drawing in map.css
const NAMES = 80; // more would be text, not a map

/**
 * Draw GeoJSON features into `place`, in place of what it holds.
 *
 * A feature's properties: `name`, `language` of the name, `page` it leads to, `layer` (a number),
 * `layerName`, `outline: true` where it is drawn as no more, `facts` (pairs of heading and text),
 * `middle` (where the name stands), or `ground: true` for what lies behind all others.
 * `options`, by default the element's own `data-` attributes: `leaflet` (address of the program),
 * `name`, `zoomIn`, `zoomOut`, `whole`, `close` (words), `tiles`, `tileCredit`.
 * Returns {map, show(layer, whether)} once it stands there.
 */
export async function drawMap(place, features, options = place.dataset) {
  await import(new URL(options.leaflet, document.baseURI).href);
  const { L } = window;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const stage = element("div", { class: "map-live" });
  const bar = element("div", { class: "map-buttons" });
  place.replaceChildren(bar, stage);
  const map = L.map(stage, {
    attributionControl: false, zoomControl: false, zoomSnap: 0.25, wheelPxPerZoomLevel: 100,
    minZoom: 2, maxZoom: 16, zoomAnimation: !still, fadeAnimation: !still, inertia: !still,
  });
  stage.setAttribute("role", "region");
  stage.setAttribute("aria-label", options.name);
  if (options.tiles) addTiles(L, map, options);
  const groups = new Map();
  const names = L.layerGroup().addTo(map);
  const ground = L.geoJSON(features.filter((f) => f.properties.ground), {
    interactive: false, className: "map-ground", style: { className: "map-ground", weight: 1 },
  }).addTo(map);
  for (const feature of features.filter((f) => !f.properties.ground)) {
    const number = feature.properties.layer ?? 0;
    if (!groups.has(number)) groups.set(number, L.featureGroup());
    groups.get(number).addLayer(shapeOf(L, map, feature, options));
  }
  const all = () => L.featureGroup([...groups.values()].filter((g) => map.hasLayer(g)));
  const fit = () => {
    const shown = all().getLayers().length ? all() : ground;
    if (shown.getBounds().isValid()) map.fitBounds(shown.getBounds(), { padding: [16, 16], maxZoom: 11 });
    else map.setView([0, 0], 2);
  };
  const layOut = () => {
    const visible = [...groups].filter(([, group]) => map.hasLayer(group)).sort(([a], [b]) => a - b);
    for (const [rank, [, group]] of visible.entries()) {
      group.bringToFront(); // what was drawn first lies lowest
      // and is never a mere outline
      group.eachLayer((shape) => shape.eachLayer((part) =>
        part.getElement()?.classList.toggle("map-outline", rank > 0 && shape.outline)));
    }
  };
  for (const group of groups.values()) group.addTo(map);
  layOut();
  fit();
  addButtons(bar, map, fit, options);
  const shownFeatures = () =>
    features.filter((f) => !f.properties.ground && map.hasLayer(groups.get(f.properties.layer ?? 0)));
  const name = () => addNames(L, map, names, shownFeatures());
  map.on("zoomend resize", name);
  name();
  return {
    map,
    show(layer, whether) {
      const group = groups.get(layer);
      if (group && whether) map.addLayer(group);
      else if (group) map.removeLayer(group);
      layOut();
      name();
    },
    fit,
  };
}

// names where they have room: one that would cover another waits until the map is nearer
function addNames(L, map, names, features) {
  names.clearLayers();
  const taken = [];
  const seen = new Set();
  for (const { properties: told } of features) {
    if (!told.middle || !told.name || seen.has(told.page ?? told.name) || seen.size >= NAMES) continue;
    const [longitude, latitude] = told.middle;
    const content = named(told, "span");
    const tip = L.tooltip({ permanent: true, direction: "center", className: "map-name", opacity: 1 })
      .setLatLng([latitude, longitude]).setContent(content);
    names.addLayer(tip);
    const shown = tip.getElement();
    shown.setAttribute("aria-hidden", "true");
    shown.removeAttribute("role");
    const box = within(map, tip);
    const covers = taken.some((b) =>
      box.left < b.right && b.left < box.right && box.top < b.bottom && b.top < box.bottom);
    if (covers) names.removeLayer(tip);
    else {
      taken.push(box);
      seen.add(told.page ?? told.name);
    }
  }
}

// a name at the edge moves inwards; returns where it stands then
function within(map, tip) {
  const stage = map.getContainer().getBoundingClientRect();
  const box = tip.getElement().getBoundingClientRect();
  const inside = box.right > stage.left && box.left < stage.right;
  const move = Math.max(stage.left + 4 - box.left, 0) + Math.min(stage.right - 4 - box.right, 0);
  if (!move || !inside) return box;
  tip.options.offset = [move, 0];
  tip.update();
  return tip.getElement().getBoundingClientRect();
}

function shapeOf(L, map, feature, options) {
  const told = feature.properties;
  const className = `map-shape map-layer-${(told.layer ?? 0) % LAYERS}`;
  const shape = L.geoJSON(feature, {
    style: { className, weight: 1.5 },
    pointToLayer: (_, at) => L.circleMarker(at, { className, radius: 7 }),
  });
  const popup = L.popup({ autoPanPadding: [16, 16], maxWidth: 260 }).setContent(() => card(told));
  shape.outline = Boolean(told.outline);
  shape.bindPopup(popup).bindTooltip(() => named(told, "span"), { sticky: true });
  shape.on("popupopen", () => {
    const close = popup.getElement().querySelector(".leaflet-popup-close-button");
    close.setAttribute("aria-label", options.close);
  });
  shape.eachLayer((part) => part.on("add", () => {
    const path = part.getElement();
    if (!path) return;
    path.setAttribute("tabindex", "0");
    path.setAttribute("role", "button");
    path.setAttribute("aria-label", told.layerName ? `${told.name}, ${told.layerName}` : told.name);
    if (told.language) path.setAttribute("lang", told.language);
    path.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      part.closeTooltip?.();
      shape.openPopup(part.getBounds ? part.getBounds().getCenter() : part.getLatLng());
      byKeyboard(map, popup, path);
    };
    path.onfocus = () => {
      const box = part.getBounds ? part.getBounds() : L.latLngBounds([part.getLatLng()]);
      if (path.matches(":focus-visible") && !map.getBounds().intersects(box)) map.panTo(box.getCenter());
    };
  }));
  return shape;
}

// whoever opened the popup by keyboard goes on in it, and back to the shape from it
function byKeyboard(map, popup, path) {
  const inside = popup.getElement();
  (inside.querySelector("a:not(.leaflet-popup-close-button)") ?? inside.querySelector("a")).focus();
  inside.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    map.closePopup(popup);
    path.focus();
  });
}

function card(told) {
  const page = address(told.page);
  const facts = (told.facts ?? []).flatMap(([heading, text]) => [element("dt", {}, heading), element("dd", {}, text)]);
  return element("div", { class: "map-card" },
    named(told, page ? "a" : "strong", page),
    told.layerName ? element("span", {}, told.layerName) : null,
    facts.length ? element("dl", {}, ...facts) : null);
}

function named(told, tag, href = null) {
  return element(tag, { href, lang: told.language || null }, told.name);
}

// only pages of the web: what the graph says is not to be trusted with more
function address(page) {
  if (!page || !URL.canParse(page, document.baseURI)) return null;
  const url = new URL(page, document.baseURI);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
}

function addTiles(L, map, options) {
  L.tileLayer(options.tiles).addTo(map);
  const credit = element("span", {}, options.tileCredit);
  L.control.attribution({ prefix: false }).addAttribution(credit.innerHTML).addTo(map);
}

function addButtons(bar, map, fit, options) {
  const act = (sign, title, done) => button(sign, "secondary", done, { title, "aria-label": title });
  bar.append(
    act("+", options.zoomIn, () => map.zoomIn(1)),
    act("−", options.zoomOut, () => map.zoomOut(1)),
    act("⤢", options.whole, fit),
  );
}

// the page /map: its picture becomes a map that moves, its legend switches
const page = /** @type {HTMLElement} */ (document.querySelector("[data-map]"));
if (page) {
  const answer = await fetch(page.dataset.map, { headers: { Accept: "application/geo+json" } });
  if (answer.ok) {
    const { features } = await answer.json();
    for (const { properties } of features) {
      if (properties.page && URL.canParse(properties.page, answer.url)) properties.page = new URL(properties.page, answer.url).href;
    }
    const place = element("div");
    const drawn = drawMap(place, features, page.dataset);
    // Leaflet measures its place, so it must stand in the page before anything is awaited
    page.querySelector(".map-picture").replaceWith(place);
    const { show, fit } = await drawn;
    place.querySelector(".map-live").setAttribute("aria-describedby", "map-keys");
    page.classList.add("map-lives");
    document.getElementById("map-keys").hidden = false;
    const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll(".map-layers input"));
    const swatches = () => {
      const first = [...boxes].find((box) => box.checked);
      for (const box of boxes) {
        const swatch = box.parentElement.querySelector(".map-swatch");
        swatch.classList.toggle("map-outline", "outline" in box.dataset && box !== first);
      }
    };
    for (const box of boxes) {
      box.addEventListener("change", () => {
        show(Number(box.value), box.checked);
        swatches();
      });
      if (!box.checked) show(Number(box.value), false);
    }
    swatches();
    fit();
    for (const old of document.querySelectorAll(".map-layers button")) old.remove();
  }
}
