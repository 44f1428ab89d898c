// The zone map to move about in: no tiles, no outside address. Outlines and circles come from the page itself, names
// are plain text above the map. Where the browser cannot draw it, the map drawn by the server stays as it is.
import { LngLatBounds, Map as LiveMap, Marker, NavigationControl, Popup, setWorkerUrl } from "maplibre-gl";
import { placeLands, placeNames, placeRings } from "./map-room.js";
import { onThemeChange, tokens } from "./tokens.js";

const LARGEST_PX = 20;
const SIGN_REACH = 9;
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

// Zones carry their sign and beside the circle their name, or their number in the list; lands only a name.
function nameMarkers(map, figures) {
  const largest = figures.zones[0].area_mu;
  const zones = figures.zones.map((zone) => ({
    hue: zone.hue, at: zone.at,
    radius: LARGEST_PX * Math.sqrt(zone.area_mu / largest),
    said: [zone.name, String(zone.number)],
    ...zoneMark(map, zone),
  }));
  const lands = figures.places.map((land) => {
    const name = nameOf(land, "place-name");
    new Marker({ element: name }).setLngLat(land.at).addTo(map);
    return { at: land.at, name, said: [land.name] };
  });
  return { zones, lands };
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

// How large each text is: measured once the fonts are there.
function measure({ zones, lands }) {
  for (const marker of [...zones, ...lands]) {
    marker.sizes = marker.said.map((text) => {
      marker.name.textContent = text;
      return { width: marker.name.offsetWidth, height: marker.name.offsetHeight };
    });
  }
}

function circlesOf(map, zones) {
  const scale = scaleAt(map.getZoom());
  return zones.filter(({ off }) => !off).map((zone) => ({ zone, ...map.project(zone.at), reach: zone.radius * scale, sizes: zone.sizes }));
}

function place(map, { zones, lands }) {
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  const circles = circlesOf(map, zones);
  const spots = placeNames(circles, { width, height });
  for (const [index, { zone, x, y, reach }] of circles.entries()) {
    zone.sign.parentElement.dataset.reach = reach.toFixed(1);
    zone.sign.style.display = reach < SIGN_REACH ? "none" : "";
    zone.name.style.visibility = spots[index] ? "visible" : "hidden";
    if (!spots[index]) continue;
    zone.name.textContent = zone.said[spots[index].said];
    zone.name.style.left = `${spots[index].box.left - x}px`;
    zone.name.style.top = `${spots[index].box.top - y}px`;
  }
  const names = spots.filter(Boolean).map(({ box }) => box);
  const shown = placeLands(lands.map((land) => ({ ...map.project(land.at), size: land.sizes[0] })), circles, names);
  for (const [index, land] of lands.entries()) land.name.style.visibility = shown[index] ? "visible" : "hidden";
}

function filterByHue(map, markers, buttons) {
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const hue = button.dataset.eco;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      map.setFilter("zones", hue ? ["==", ["get", "hue"], hue] : null);
      for (const zone of markers.zones) {
        zone.off = Boolean(hue && zone.hue !== hue);
        zone.name.style.visibility = zone.off ? "hidden" : "visible";
        zone.sign.style.visibility = zone.off ? "hidden" : "visible";
      }
      place(map, markers);
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

// Parcels as coarse cells under the zones, works as rings beside them; without either the map is whole all the same.
async function addLayers(map, url, zones) {
  const answer = await fetch(url);
  if (!answer.ok) return;
  const { cells, works } = await answer.json();
  const colours = tokens(colourNames);
  map.addSource("cells", { type: "geojson", data: cells });
  map.addSource("works", { type: "geojson", data: besideZones(map, works, zones) });
  map.addLayer({ id: "cells", type: "fill", source: "cells", paint: { "fill-color": ecosystemExpression(colours), "fill-opacity": 0.28 } }, "zones");
  map.addLayer({
    id: "works", type: "circle", source: "works",
    paint: { "circle-radius": 4, "circle-color": colours.surface, "circle-stroke-color": colours.ink, "circle-stroke-width": 1.6 },
  });
}

function besideZones(map, works, zones) {
  const placed = placeRings(works.features.map((work) => map.project(work.geometry.coordinates)), circlesOf(map, zones));
  const features = works.features.map((work, index) => {
    const { lng, lat } = map.unproject([placed[index].x, placed[index].y]);
    return { ...work, geometry: { type: "Point", coordinates: [lng, lat] } };
  });
  return { ...works, features };
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
    const settle = () => { measure(markers); place(map, markers); };
    map.on("move", () => place(map, markers));
    settle();
    document.fonts.ready.then(settle);
    tipOnHover(map);
    if (box.dataset.layers) addLayers(map, box.dataset.layers, markers.zones);
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
