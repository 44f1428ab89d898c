// The plots of a design over its strata, to move about in: no tiles, no outside address, everything from the page.
// Where the browser cannot draw it, the map drawn by the server stays as it is.
import { LngLatBounds, Map as LiveMap, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "maplibre-gl";
import { onThemeChange, tokens } from "./tokens.js";

const colourNames = ["surface", "sunken", "line-2", "ink", "forest", "grass", "wetland"];

function hueExpression(colours) {
  return ["match", ["get", "hue"], "f", colours.forest, "g", colours.grass, colours.wetland];
}

function plotFeatures(plots) {
  return {
    type: "FeatureCollection",
    features: plots.map((plot) => ({
      type: "Feature",
      properties: { hue: plot.hue, role: plot.role, tip: plot.tip },
      geometry: { type: "Point", coordinates: plot.at },
    })),
  };
}

function styleOf(figures) {
  const colours = tokens(colourNames);
  const hue = hueExpression(colours);
  const sampled = ["==", ["get", "role"], "sample"];
  return {
    version: 8,
    sources: {
      counties: { type: "geojson", data: figures.counties },
      land: { type: "geojson", data: figures.land },
      plots: { type: "geojson", data: plotFeatures(figures.plots) },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colours.surface } },
      { id: "counties", type: "fill", source: "counties", paint: { "fill-color": colours.sunken } },
      { id: "borders", type: "line", source: "counties", paint: { "line-color": colours["line-2"], "line-width": 1 } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": hue, "fill-opacity": 0.18 } },
      { id: "edges", type: "line", source: "land", paint: { "line-color": hue, "line-width": 0.8, "line-opacity": 0.6 } },
      {
        id: "plots", type: "circle", source: "plots",
        paint: {
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 2.5, 10, 5, 14, 8],
          "circle-color": ["case", sampled, hue, colours.surface],
          "circle-stroke-color": ["case", sampled, colours.surface, hue],
          "circle-stroke-width": ["case", sampled, 1, 1.5],
        },
      },
    ],
  };
}

function boundsOf(figures) {
  const bounds = new LngLatBounds();
  const walk = (corners) => (typeof corners[0] === "number" ? bounds.extend(corners) : corners.forEach(walk));
  for (const feature of figures.land.features) walk(feature.geometry.coordinates);
  for (const plot of figures.plots) bounds.extend(plot.at);
  return bounds;
}

function tipOnHover(map) {
  const popup = new Popup({ closeButton: false, closeOnClick: true, offset: 8 });
  const show = (event) => {
    const text = document.createElement("span");
    text.textContent = event.features[0].properties.tip;
    popup.setLngLat(event.features[0].geometry.coordinates).setDOMContent(text).addTo(map);
  };
  map.on("mousemove", "plots", show);
  map.on("click", "plots", show);
  map.on("mouseleave", "plots", () => popup.remove());
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

function start(box) {
  const figures = JSON.parse(document.getElementById("design-figures").textContent);
  setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  box.closest("figure").hidden = false;
  document.querySelector(".drawn-map").hidden = true;
  const map = new LiveMap({
    container: box, style: styleOf(figures), bounds: boundsOf(figures), fitBoundsOptions: { padding: 24 },
    attributionControl: false, dragRotate: false, pitchWithRotate: false, cooperativeGestures: true, locale: localeOf(figures.words), maxZoom: 18,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  map.on("load", () => {
    tipOnHover(map);
    onThemeChange(() => map.setStyle(styleOf(figures)));
  });
}

function canDraw() {
  return Boolean(document.createElement("canvas").getContext("webgl2"));
}

const box = document.getElementById("design-map");
if (box && canDraw()) start(box);
