// The zone map to move about in: no tiles, no outside address. Outlines and circles come from the page itself, names
// are plain text above the map. Where the browser cannot draw it, the map drawn by the server stays as it is.
import { LngLatBounds, Map as LiveMap, Marker, NavigationControl, Popup, setWorkerUrl } from "maplibre-gl";
import { onThemeChange, tokens } from "./tokens.js";

const LARGEST_PX = 20;
const colourNames = ["surface", "sunken", "line-2", "edge", "ink", "forest", "grass", "wetland"];

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

// Zones carry their sign and, under the circle, their name; places only a name.
function nameMarkers(map, figures) {
  const largest = figures.zones[0].area_mu;
  const markers = figures.zones.map((zone) => ({
    hue: zone.hue,
    radius: LARGEST_PX * Math.sqrt(zone.area_mu / largest),
    ...zoneMark(map, zone),
  }));
  for (const place of figures.places) {
    const name = nameOf(place, "place-name");
    new Marker({ element: name }).setLngLat(place.at).addTo(map);
    markers.push({ hue: "", radius: 0, name, sign: null });
  }
  return markers;
}

function nameOf(thing, css) {
  const name = document.createElement("span");
  name.className = css;
  name.textContent = thing.name;
  return name;
}

function zoneMark(map, zone) {
  const element = document.createElement("span");
  element.className = "zone-mark";
  const sign = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  sign.setAttribute("class", "i");
  sign.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${zone.sign}`);
  sign.append(use);
  const name = nameOf(zone, "zone-name");
  element.append(sign, name);
  new Marker({ element }).setLngLat(zone.at).addTo(map);
  return { name, sign };
}

function scaleAt(zoom) {
  return 0.8 + 1.4 * Math.min(1, Math.max(0, (zoom - 6) / 4));
}

function place(map, markers) {
  const scale = scaleAt(map.getZoom());
  for (const { radius, name, sign } of markers) {
    if (!sign) continue;
    name.style.top = `${radius * scale + 3}px`;
    sign.style.display = radius * scale < 9 ? "none" : "";
  }
  sortOut(markers, scale);
}

function circleBox({ name, radius }, scale) {
  const { left, top } = name.parentElement.getBoundingClientRect();
  const reach = radius * scale;
  return { left: left - reach, right: left + reach, top: top - reach, bottom: top + reach };
}

// Names that would cover others wait until there is room; larger zones speak first.
function sortOut(markers, scale) {
  const taken = [];
  const circles = markers.filter(({ sign, off }) => sign && !off).map((marker) => circleBox(marker, scale));
  for (const { name, sign, off } of markers) {
    if (off) continue;
    name.style.visibility = "visible";
    const box = name.getBoundingClientRect();
    const covered = (sign ? taken : [...taken, ...circles]).some((other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom);
    name.style.visibility = covered ? "hidden" : "visible";
    if (!covered) taken.push(box);
  }
}

function filterByHue(map, markers, buttons) {
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const hue = button.dataset.eco;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      map.setFilter("zones", hue ? ["==", ["get", "hue"], hue] : null);
      for (const marker of markers) {
        marker.off = Boolean(hue && marker.hue && marker.hue !== hue);
        marker.name.style.visibility = marker.off ? "hidden" : "visible";
        if (marker.sign) marker.sign.style.visibility = marker.off ? "hidden" : "visible";
      }
      sortOut(markers, scaleAt(map.getZoom()));
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
  if (!map.getLayer("works")) return;
  map.setPaintProperty("cells", "fill-color", ecosystemExpression(colours));
  map.setPaintProperty("works", "circle-color", colours.surface);
  map.setPaintProperty("works", "circle-stroke-color", colours.ink);
}

function ecosystemExpression(colours) {
  return ["match", ["get", "ecosystem"], ["forest", "shrubland"], colours.forest, "grassland", colours.grass,
    "wetland", colours.wetland, colours.edge];
}

// Parcels as coarse cells and works as rings, under the zones; without them the map is whole all the same.
async function addLayers(map, url) {
  const answer = await fetch(url);
  if (!answer.ok) return;
  const { cells, works } = await answer.json();
  const colours = tokens(colourNames);
  map.addSource("cells", { type: "geojson", data: cells });
  map.addSource("works", { type: "geojson", data: works });
  map.addLayer({ id: "cells", type: "fill", source: "cells", paint: { "fill-color": ecosystemExpression(colours), "fill-opacity": 0.28 } }, "zones");
  map.addLayer({
    id: "works", type: "circle", source: "works",
    paint: { "circle-radius": 4, "circle-color": colours.surface, "circle-stroke-color": colours.ink, "circle-stroke-width": 1.6 },
  });
}

function start(box) {
  const figures = JSON.parse(document.getElementById("zone-figures").textContent);
  figures.zones.sort((one, other) => other.area_mu - one.area_mu);
  const figure = box.closest("figure");
  const filters = document.querySelector(".map-filter");
  setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  standIn(figure);
  const map = new LiveMap({
    container: box, style: styleOf(figures), bounds: boundsOf(figures), fitBoundsOptions: { padding: 24 },
    attributionControl: false, dragRotate: false, pitchWithRotate: false, cooperativeGestures: true, locale: localeOf(figures.words), maxZoom: 12,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.on("load", () => {
    const markers = nameMarkers(map, figures);
    map.on("move", () => place(map, markers));
    place(map, markers);
    tipOnHover(map);
    if (box.dataset.layers) addLayers(map, box.dataset.layers);
    filters.hidden = false;
    filterByHue(map, markers, [...filters.querySelectorAll("[data-eco]")]);
    onThemeChange(() => recolour(map));
  });
}

// The live map takes the place of the drawn one, and the inset is no longer needed: one can go nearer.
function standIn(figure) {
  figure.hidden = false;
  const [whole, inset] = document.querySelectorAll(".maps figure");
  whole.replaceWith(figure);
  if (inset) inset.hidden = true;
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

function canDraw() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2"));
}

const box = document.getElementById("map");
if (box && canDraw()) start(box);
