// Parcels and works to move about in: no tiles, no outside address. The map asks the site for what is in view: single
// parcels when they can be told apart, cells with their sums when they are too many.
import { LngLatBounds, Map as LiveMap, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "maplibre-gl";
import { onThemeChange, tokens } from "./tokens.js";

const colourNames = ["surface", "sunken", "line-2", "edge", "ink", "forest", "grass", "wetland", "seal"];
const nothing = { type: "FeatureCollection", features: [] };
const MARGIN = 0.15;

function hueExpression(colours) {
  return ["match", ["get", "ecosystem"], ["forest", "shrubland"], colours.forest, "grassland", colours.grass,
    "wetland", colours.wetland, colours.edge];
}

// As tanhui/land/addresses.py writes a code into an address: "12/1" is a code, and "/" a boundary of the path.
function inAddress(code) {
  const marked = (sign) => `~${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  return code.replace(/^\.+$/.test(code) ? /\./g : /[~/\\\x00-\x1f\x7f]/g, marked);
}

function collection(feature) {
  return feature ? { type: "FeatureCollection", features: [feature] } : nothing;
}

// From afar a work is smaller than a pixel, so its middle carries a ring.
function middles(works) {
  return {
    type: "FeatureCollection",
    features: works.features.map((feature) => {
      const bounds = new LngLatBounds();
      reach(bounds, feature.geometry);
      return { ...feature, geometry: { type: "Point", coordinates: bounds.getCenter().toArray() } };
    }),
  };
}

function styleOf(figures, shown) {
  const colours = tokens(colourNames);
  const hue = hueExpression(colours);
  return {
    version: 8,
    sources: {
      counties: { type: "geojson", data: figures.counties },
      parcels: { type: "geojson", data: shown },
      works: { type: "geojson", data: figures.works },
      middles: { type: "geojson", data: middles(figures.works) },
      chosen: { type: "geojson", data: collection(figures.chosen) },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colours.surface } },
      { id: "land", type: "fill", source: "counties", paint: { "fill-color": colours.sunken } },
      { id: "borders", type: "line", source: "counties", paint: { "line-color": colours["line-2"], "line-width": 1 } },
      { id: "parcels", type: "fill", source: "parcels", paint: { "fill-color": hue, "fill-opacity": 0.45 } },
      { id: "edges", type: "line", source: "parcels", paint: { "line-color": colours.surface, "line-width": 0.6 } },
      { id: "works", type: "line", source: "works", paint: { "line-color": colours.ink, "line-width": 1.6, "line-dasharray": [2, 1.4] } },
      {
        id: "middles", type: "circle", source: "middles", maxzoom: 11,
        paint: { "circle-radius": 4, "circle-color": colours.surface, "circle-stroke-color": colours.ink, "circle-stroke-width": 1.6 },
      },
      { id: "chosen-fill", type: "fill", source: "chosen", paint: { "fill-color": hue, "fill-opacity": 0.5 } },
      { id: "chosen", type: "line", source: "chosen", paint: { "line-color": colours.ink, "line-width": 2 } },
    ],
  };
}

function reach(bounds, geometry) {
  const walk = (corners) => (typeof corners[0] === "number" ? bounds.extend(corners) : corners.forEach(walk));
  walk(geometry.coordinates);
}

// A chosen shape opens the map; else the works, else the whole region.
function boundsOf(figures, openOn) {
  const bounds = new LngLatBounds();
  if (figures.chosen) reach(bounds, figures.chosen.geometry);
  else if (openOn.features.length) for (const feature of openOn.features) reach(bounds, feature.geometry);
  else for (const feature of figures.counties.features) reach(bounds, feature.geometry);
  return bounds;
}

function grouped(value, places = 0) {
  return value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
}

function areaOf(area, words) {
  return `${grouped(area / words.unit_m2, words.unit_places)} ${words.unit}`;
}

function tipOf(properties, words) {
  if (properties.number) return `${words.works} · ${properties.name}`;
  if (properties.count) return `${grouped(properties.count)} ${words.parcels} · ${areaOf(properties.area_m2, words)}`;
  return `${properties.code} · ${areaOf(properties.area_m2, words)}`;
}

function tipOnHover(map, words) {
  const popup = new Popup({ closeButton: false, closeOnClick: true, offset: 8 });
  for (const layer of ["parcels", "works", "middles"]) {
    const show = (event) => {
      const text = document.createElement("span");
      text.textContent = tipOf(event.features[0].properties, words);
      popup.setLngLat(event.lngLat).setDOMContent(text).addTo(map);
    };
    map.on("mousemove", layer, show);
    map.on("click", layer, show);
    map.on("mouseleave", layer, () => popup.remove());
  }
}

function goThere(map, figures) {
  map.on("dblclick", "parcels", (event) => {
    const { code } = event.features[0].properties;
    if (!code || !figures.parcel_url) return;
    event.preventDefault();
    location.href = figures.parcel_url.replace("CODE", encodeURIComponent(inAddress(code)));
  });
}

function localeOf(words) {
  return {
    "CooperativeGesturesHandler.WindowsHelpText": words.scroll,
    "CooperativeGesturesHandler.MacHelpText": words.scroll_mac,
    "CooperativeGesturesHandler.MobileHelpText": words.touch,
    "NavigationControl.ZoomIn": words.nearer,
    "NavigationControl.ZoomOut": words.farther,
    "Map.Title": words.title,
  };
}

// Only the last question counts: an answer that comes after the map has moved on is let go.
function asker(map, figures, state) {
  const said = document.getElementById("land-said");
  let running = null;
  return async () => {
    running?.abort();
    running = new AbortController();
    const view = map.getBounds();
    const wide = (view.getEast() - view.getWest()) * MARGIN;
    const tall = (view.getNorth() - view.getSouth()) * MARGIN;
    const edges = [view.getWest() - wide, view.getSouth() - tall, view.getEast() + wide, view.getNorth() + tall];
    try {
      const answer = await fetch(`${figures.features}?bbox=${edges.map((edge) => edge.toFixed(6)).join(",")}`, { signal: running.signal });
      if (!answer.ok) throw new Error(answer.status);
      state.shown = await answer.json();
      map.getSource("parcels")?.setData(state.shown);
      said.textContent = state.shown.grain === "cell"
        ? figures.words.cells
        : `${grouped(state.shown.features.length)} ${figures.words.parcels}`;
    } catch (fault) {
      if (fault.name !== "AbortError") said.textContent = figures.words.failed;
    }
  };
}

function start(box) {
  const figures = JSON.parse(document.getElementById("land-figures").textContent);
  const state = { shown: nothing };
  setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  box.closest("figure").hidden = false;
  const map = new LiveMap({
    container: box, style: styleOf(figures, state.shown), bounds: boundsOf(figures, figures.open_on || nothing),
    fitBoundsOptions: { padding: figures.chosen ? 80 : 24, maxZoom: 15 },
    attributionControl: false, dragRotate: false, pitchWithRotate: false, cooperativeGestures: true, locale: localeOf(figures.words), maxZoom: 18,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  const ask = asker(map, figures, state);
  map.on("load", () => {
    tipOnHover(map, figures.words);
    goThere(map, figures);
    ask();
    map.on("moveend", ask);
    onThemeChange(() => map.setStyle(styleOf(figures, state.shown)));
  });
}

function canDraw() {
  return Boolean(document.createElement("canvas").getContext("webgl2"));
}

const box = document.getElementById("land-map");
if (box && canDraw()) start(box);
