// The zone map to move about in: no tiles, no outside address. Outlines and circles come from the page itself, names
// are plain text above the map. Where the browser cannot draw it, the map drawn by the server stays as it is.
import { LngLatBounds, Map as LiveMap, Marker, NavigationControl, Popup, setWorkerUrl } from "maplibre-gl";
import { onThemeChange, tokens } from "./tokens.js";

const LARGEST_PX = 26;
const hues = { f: "forest", g: "grass", w: "wetland" };
const colourNames = ["surface", "sunken", "line-2", "forest", "grass", "wetland"];

function zoneFeatures(zones) {
  const largest = Math.max(...zones.map((zone) => zone.area_mu));
  const ordered = [...zones].sort((one, other) => other.area_mu - one.area_mu);
  return {
    type: "FeatureCollection",
    features: ordered.map((zone) => ({
      type: "Feature",
      properties: { hue: zone.hue, name: zone.name, tip: zone.tip, radius: LARGEST_PX * Math.sqrt(zone.area_mu / largest) },
      geometry: { type: "Point", coordinates: zone.at },
    })),
  };
}

function hueExpression(colours) {
  return ["match", ["get", "hue"], "f", colours.forest, "g", colours.grass, colours.wetland];
}

function styleOf(figures) {
  const colours = tokens(colourNames);
  return {
    version: 8,
    sources: {
      counties: { type: "geojson", data: figures.counties },
      zones: { type: "geojson", data: zoneFeatures(figures.zones) },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colours.surface } },
      { id: "land", type: "fill", source: "counties", paint: { "fill-color": colours.sunken } },
      { id: "borders", type: "line", source: "counties", paint: { "line-color": colours["line-2"], "line-width": 1 } },
      {
        id: "zones", type: "circle", source: "zones",
        paint: {
          "circle-color": hueExpression(colours), "circle-opacity": 0.88,
          // Area stays in proportion at every zoom: only the whole scale changes.
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, ["*", 0.8, ["get", "radius"]], 10, ["*", 2.2, ["get", "radius"]]],
          "circle-stroke-color": colours.surface, "circle-stroke-width": 1.5,
        },
      },
    ],
  };
}

function boundsOf(figures) {
  const bounds = new LngLatBounds();
  for (const feature of figures.counties.features) {
    const polygons = feature.geometry.type === "MultiPolygon" ? feature.geometry.coordinates : [feature.geometry.coordinates];
    for (const polygon of polygons) for (const point of polygon[0]) bounds.extend(point);
  }
  return bounds;
}

function nameMarkers(map, figures) {
  const markers = figures.zones.map((zone) => marker(map, zone, "zone-name", [0, 16 + LARGEST_PX * 0.4]));
  for (const place of figures.places) markers.push(marker(map, place, "place-name", [0, 0]));
  return markers;
}

function marker(map, thing, css, offset) {
  const element = document.createElement("span");
  element.className = css;
  element.textContent = thing.name;
  element.dataset.hue = thing.hue || "";
  return { element, marker: new Marker({ element, offset }).setLngLat(thing.at).addTo(map) };
}

// Names that would cover others wait until there is room; larger zones speak first.
function sortOut(markers) {
  const taken = [];
  for (const { element } of markers) {
    if (element.dataset.off) continue;
    element.style.visibility = "visible";
    const box = element.getBoundingClientRect();
    const covered = taken.some((other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom);
    element.style.visibility = covered ? "hidden" : "visible";
    if (!covered) taken.push(box);
  }
}

function filterByHue(map, markers, buttons) {
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const hue = button.dataset.eco;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      map.setFilter("zones", hue ? ["==", ["get", "hue"], hue] : null);
      for (const { element } of markers) {
        const off = hue && element.dataset.hue && element.dataset.hue !== hue;
        element.dataset.off = off ? "1" : "";
        element.style.visibility = off ? "hidden" : "visible";
      }
      sortOut(markers);
    });
  }
}

function tipOnHover(map) {
  const popup = new Popup({ closeButton: false, closeOnClick: true, offset: 8 });
  const show = (event) => {
    const { name, tip } = event.features[0].properties;
    const text = document.createElement("span");
    text.textContent = `${name} · ${tip}`;
    popup.setLngLat(event.features[0].geometry.coordinates).setDOMContent(text).addTo(map);
  };
  map.on("mousemove", "zones", show);
  map.on("click", "zones", show);
  map.on("mouseleave", "zones", () => popup.remove());
}

function recolour(map) {
  const colours = tokens(colourNames);
  map.setPaintProperty("ground", "background-color", colours.surface);
  map.setPaintProperty("land", "fill-color", colours.sunken);
  map.setPaintProperty("borders", "line-color", colours["line-2"]);
  map.setPaintProperty("zones", "circle-color", hueExpression(colours));
  map.setPaintProperty("zones", "circle-stroke-color", colours.surface);
}

function start(box) {
  const figures = JSON.parse(document.getElementById("zone-figures").textContent);
  figures.zones.sort((one, other) => other.area_mu - one.area_mu);
  const figure = box.closest("figure");
  const filters = document.querySelector(".map-filter");
  setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  figure.hidden = false;
  const map = new LiveMap({
    container: box, style: styleOf(figures), bounds: boundsOf(figures), fitBoundsOptions: { padding: 24 },
    attributionControl: false, dragRotate: false, pitchWithRotate: false, cooperativeGestures: false, maxZoom: 12,
  });
  map.touchZoomRotate.disableRotation();
  map.scrollZoom.disable();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.on("load", () => {
    const markers = nameMarkers(map, figures);
    map.on("move", () => sortOut(markers));
    sortOut(markers);
    tipOnHover(map);
    filters.hidden = false;
    filterByHue(map, markers, [...filters.querySelectorAll("[data-eco]")]);
    onThemeChange(() => recolour(map));
  });
}

function canDraw() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2"));
}

const box = document.getElementById("map");
if (box && canDraw()) start(box);
