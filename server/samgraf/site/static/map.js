// @ts-check
// Maps by Leaflet. They look as map.css says, so they follow light and dark by themselves.
//
// drawMap(element, features, options) draws into an element and is all that another page needs.
// Words and addresses come from the attributes that templates/map/picture.html writes.

const LAYERS = 6; // ways of drawing in map.css

/**
 * Draw GeoJSON features into `element`, in place of what it holds.
 *
 * A feature's properties: `name`, `language` of the name, `page` it leads to, `layer` (a number)
 * and `layerName`, or `ground: true` for what lies behind all others.
 * `options`, by default the element's own `data-` attributes: `leaflet` (address of the program),
 * `name`, `zoomIn`, `zoomOut`, `whole`, `close` (words), `tiles`, `tileCredit`.
 * Returns {map, show(layer, whether)} once it stands there.
 */
export async function drawMap(element, features, options = element.dataset) {
  await import(new URL(options.leaflet, document.baseURI).href);
  const { L } = window;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const stage = document.createElement("div");
  stage.className = "map-live";
  element.replaceChildren(stage);
  const map = L.map(stage, {
    attributionControl: false, zoomControl: false, zoomSnap: 0.25, wheelPxPerZoomLevel: 100,
    minZoom: 2, maxZoom: 16, zoomAnimation: !still, fadeAnimation: !still, inertia: !still,
  });
  stage.setAttribute("role", "region");
  stage.setAttribute("aria-label", options.name);
  if (options.tiles) addTiles(L, map, options);
  const groups = new Map();
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
  for (const group of groups.values()) group.addTo(map);
  fit();
  addButtons(L, map, fit, options);
  return {
    map,
    show(layer, whether) {
      const group = groups.get(layer);
      if (group && whether) map.addLayer(group);
      else if (group) map.removeLayer(group);
      // what was drawn first lies lowest
      for (const g of groups.values()) if (map.hasLayer(g)) g.bringToFront();
    },
  };
}

function shapeOf(L, map, feature, options) {
  const told = feature.properties;
  const className = `map-shape map-layer-${(told.layer ?? 0) % LAYERS}`;
  const shape = L.geoJSON(feature, {
    style: { className, weight: 1.5 },
    pointToLayer: (_, at) => L.circleMarker(at, { className, radius: 7 }),
  });
  // clear of the buttons, which stand at the right
  const room = { autoPanPaddingTopLeft: [16, 16], autoPanPaddingBottomRight: [80, 16] };
  const popup = L.popup({ ...room, maxWidth: 240 }).setContent(() => card(told));
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
  const content = document.createElement("div");
  content.className = "map-card";
  const page = address(told.page);
  const name = named(told, page ? "a" : "strong");
  if (page) name.href = page;
  content.append(name);
  if (told.layerName) {
    const layer = document.createElement("span");
    layer.textContent = told.layerName;
    content.append(layer);
  }
  return content;
}

function named(told, tag) {
  const element = document.createElement(tag);
  element.textContent = told.name ?? "";
  if (told.language) element.lang = told.language;
  return element;
}

// only pages of the web: what the graph says is not to be trusted with more
function address(page) {
  if (!page || !URL.canParse(page, document.baseURI)) return null;
  const url = new URL(page, document.baseURI);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
}

function addTiles(L, map, options) {
  L.tileLayer(options.tiles).addTo(map);
  const credit = document.createElement("span");
  credit.textContent = options.tileCredit ?? "";
  L.control.attribution({ prefix: false }).addAttribution(credit.innerHTML).addTo(map);
}

function addButtons(L, map, fit, options) {
  const control = L.control({ position: "topright" });
  control.onAdd = () => {
    const bar = document.createElement("div");
    bar.className = "map-buttons";
    const buttons = [
      ["+", options.zoomIn, () => map.zoomIn(1)],
      ["−", options.zoomOut, () => map.zoomOut(1)],
      ["⤢", options.whole, fit],
    ];
    for (const [sign, title, act] of buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "ds-button";
      button.dataset.variant = "secondary";
      button.textContent = sign;
      button.title = title;
      button.setAttribute("aria-label", title);
      button.addEventListener("click", act);
      bar.append(button);
    }
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  };
  control.addTo(map);
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
    const place = document.createElement("div");
    const drawn = drawMap(place, features, page.dataset);
    // Leaflet measures its place, so it must stand in the page before anything is awaited
    page.querySelector(".map-picture").replaceWith(place);
    const { show } = await drawn;
    place.querySelector(".map-live").setAttribute("aria-describedby", "map-keys");
    page.classList.add("map-lives");
    const switches = /** @type {HTMLElement} */ (document.querySelector(".map-layers"));
    if (switches) switches.hidden = false;
    document.getElementById("map-keys").hidden = false;
    const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll(".map-layers input"));
    for (const box of boxes) {
      box.addEventListener("change", () => show(Number(box.value), box.checked));
      if (!box.checked) show(Number(box.value), false);
    }
  }
}
