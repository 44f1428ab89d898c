// Charts that answer to the pointer. The server has drawn the flow and the table already; these stand in their place
// only where there is room, read their figures from the page, and keep its colours.
import * as echarts from "echarts/core";
import { CustomChart, SankeyChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
import { onThemeChange, tokens } from "./tokens.js";

echarts.use([CustomChart, SankeyChart, AriaComponent, GridComponent, TooltipComponent, SVGRenderer]);

const NARROW = 860;
const NODE_GAP = 34;
const FLOW_TOP = 46;
const FLOW_BOTTOM = 44;
const hues = { f: "forest", g: "grass", w: "wetland" };
const colourNames = ["ink", "ink-2", "ink-3", "line", "line-2", "surface", "brand", "edge", "forest", "grass", "wetland",
  "live", "held", "pledged", "frozen", "buffer", "reserve", "retired"];

function figuresOf(box) {
  return JSON.parse(document.getElementById(box.dataset.figures).textContent);
}

function fontOfPage() {
  return getComputedStyle(document.body).fontFamily;
}

function colourOf(colours, hue) {
  return colours[hues[hue] || hue] || colours.edge;
}

function tooltip(colours) {
  return {
    backgroundColor: colours.surface,
    borderColor: colours["line-2"],
    textStyle: { color: colours.ink, fontSize: 14, fontFamily: fontOfPage() },
    confine: true,
    transitionDuration: 0,
  };
}

function grouped(value) {
  return Math.round(value).toLocaleString("en-US").replace("-", "−");
}

// Names are escaped: a tooltip is markup.
function safe(text) {
  return echarts.format.encodeHTML(String(text));
}

// The chart stacks every column from the top; the uses belong beside the book they left, so they are put there.
function usePlaces(figures, height) {
  const values = new Map();
  for (const link of figures.links) {
    for (const end of [link.source, link.target]) values.set(end, Math.max(values.get(end) || 0, 0));
    values.set(link.target, values.get(link.target) + link.value);
  }
  for (const link of figures.links) if (!figures.links.some((other) => other.target === link.source)) values.set(link.source, link.value);
  const column = (letter) => figures.nodes.filter((node) => node.id.startsWith(letter)).map((node) => node.id);
  const sum = (ids) => ids.reduce((total, id) => total + values.get(id), 0);
  const columns = [column("s"), column("b"), column("u"), ["issued", ...column("x")]].filter((ids) => ids.length && sum(ids) > 0);
  const scale = Math.min(...columns.map((ids) => (height - (ids.length - 1) * NODE_GAP) / sum(ids)));
  const books = column("b");
  const retired = books.indexOf(figures.nodes.find((node) => node.hue === "retired" && node.id.startsWith("b"))?.id);
  const uses = column("u");
  const tall = sum(uses) * scale + (uses.length - 1) * NODE_GAP;
  const above = sum(books.slice(0, Math.max(0, retired))) * scale + Math.max(0, retired) * NODE_GAP;
  let y = Math.max(0, Math.min(above - NODE_GAP, height - tall));
  return Object.fromEntries(uses.map((id) => {
    const place = y / height;
    y += values.get(id) * scale + NODE_GAP;
    return [id, place];
  }));
}

function flowOption(figures, colours, width, height) {
  const places = usePlaces(figures, height - FLOW_TOP - FLOW_BOTTOM);
  const names = new Map(figures.nodes.map((node) => [node.id, node]));
  const ends = new Set(figures.links.map((link) => link.source));
  const starts = new Set(figures.links.map((link) => link.target));
  return {
    aria: { enabled: true, label: { description: figures.title } },
    animation: false,
    tooltip: {
      ...tooltip(colours),
      formatter: (at) => at.dataType === "edge"
        ? `${safe(names.get(at.data.source).name)} → ${safe(names.get(at.data.target).name)}<br><b>${
          safe(names.get(starts.has(at.data.source) ? at.data.target : at.data.source).text)}</b>`
        : `${safe(names.get(at.name).name)}<br><b>${safe(names.get(at.name).text)}</b>`,
    },
    series: [{
      type: "sankey",
      left: 196, right: 190, top: FLOW_TOP, bottom: FLOW_BOTTOM,
      nodeWidth: 7, nodeGap: NODE_GAP, layoutIterations: 0, draggable: false,
      nodeAlign: "left",
      emphasis: { focus: "trajectory", blurScope: "coordinateSystem" },
      label: {
        color: colours.ink, fontSize: 13, fontFamily: fontOfPage(), width: 184, overflow: "truncate",
        rich: { q: { color: colours["ink-2"], fontSize: 12.5, lineHeight: 17 }, h: { fontWeight: 600, fontSize: 13, color: colours.ink } },
      },
      data: figures.nodes.map((node) => ({
        name: node.id,
        ...(node.id in places && { localY: places[node.id] }),
        itemStyle: { color: colourOf(colours, node.hue), borderWidth: 0 },
        label: { position: labelPlace(node, ends, starts), formatter: labelText(node, ends, starts) },
      })),
      links: figures.links.map((link) => ({
        ...link, lineStyle: { color: colourOf(colours, link.hue), opacity: link.hue === "brand" ? 0.16 : 0.26, curveness: 0.5 },
      })),
    }],
  };
}

// Middle nodes speak above themselves, the first and last columns beside; a use says only its name, its tonnes are in
// the tooltip and in the table.
function labelPlace(node, ends, starts) {
  if (!starts.has(node.id)) return "left";
  if (node.id === "estimate" || node.id === "issued") return "top";
  return ends.has(node.id) ? "bottom" : "right";
}

function labelText(node, ends, starts) {
  if (!starts.has(node.id)) return `${node.name}\n{q|${node.text}}`;
  if (node.id.startsWith("u")) return node.name;
  return ends.has(node.id) ? `{h|${node.name}}\n{q|${node.text}}` : `${node.name}\n{q|${node.text}}`;
}

function whiskerItem(rows, colours) {
  return (params, api) => {
    const row = rows[params.dataIndex];
    const [x, y] = api.coord([row.value, params.dataIndex]);
    const colour = row.total ? colours.ink : colourOf(colours, row.hue);
    const children = [];
    if (row.low !== null) {
      const [low] = api.coord([row.low, params.dataIndex]);
      const [high] = api.coord([row.high, params.dataIndex]);
      children.push({ type: "line", shape: { x1: low, y1: y, x2: high, y2: y }, style: { stroke: colour, lineWidth: 2 } });
      for (const end of [low, high]) {
        children.push({ type: "line", shape: { x1: end, y1: y - 5, x2: end, y2: y + 5 }, style: { stroke: colour, lineWidth: 1.5 } });
      }
    }
    children.push(row.total
      ? { type: "rect", shape: { x: -5, y: -5, width: 10, height: 10 }, x, y, rotation: Math.PI / 4, style: { fill: colour } }
      : { type: "circle", shape: { cx: x, cy: y, r: 5 }, style: { fill: colour } });
    return { type: "group", children };
  };
}

function whiskersOption(figures, colours, width) {
  const rows = figures.rows;
  const nameRoom = Math.min(240, width * 0.32);
  const text = { color: colours["ink-2"], fontFamily: fontOfPage(), fontSize: 13 };
  return {
    aria: { enabled: true, label: { description: figures.title } },
    animation: false,
    grid: { left: nameRoom + 12, right: 28, top: 6, bottom: 30 },
    tooltip: {
      ...tooltip(colours),
      formatter: ({ dataIndex }) => {
        const row = rows[dataIndex];
        const interval = row.low === null ? safe(figures.no_interval) : `${grouped(row.low)} – ${grouped(row.high)}`;
        return `${safe(row.name)}<br><b>${grouped(row.value)} ${figures.unit}</b><br>90%: ${interval}`;
      },
    },
    xAxis: {
      type: "value",
      splitNumber: width < 600 ? 3 : 6,
      // An axis that begins below zero begins at no round number; its first label would only confuse.
      axisLabel: {
        ...text, color: colours["ink-3"], fontSize: 12, formatter: grouped, hideOverlap: true,
        showMinLabel: rows.every((row) => (row.low ?? row.value) >= 0),
      },
      splitLine: { lineStyle: { color: colours.line } },
      axisLine: { show: false },
      boundaryGap: ["4%", "4%"],
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows.map((row) => row.name),
      axisLabel: {
        color: colours.ink, fontFamily: text.fontFamily, fontSize: 14, width: nameRoom, overflow: "truncate", interval: 0,
      },
      axisTick: { show: false },
      axisLine: { show: true, onZero: true, lineStyle: { color: colours["line-2"] } },
    },
    series: [{
      type: "custom",
      renderItem: whiskerItem(rows, colours),
      encode: { x: [0, 1, 2], y: 3 },
      data: rows.map((row, at) => [row.value, row.low ?? row.value, row.high ?? row.value, at]),
    }],
  };
}

const options = { flow: flowOption, whiskers: whiskersOption };

function draw(box) {
  const figures = figuresOf(box);
  const kind = box.dataset.chart;
  if (kind === "whiskers" && figures.rows.length < 2) return;
  const canvas = canvasOf(box, kind);
  const chart = echarts.init(canvas, null, { renderer: "svg", locale: "EN" });
  const redraw = () => {
    chart.resize();
    chart.setOption(options[kind](figures, tokens(colourNames), canvas.clientWidth, canvas.clientHeight), true);
  };
  redraw();
  onThemeChange(redraw);
  new ResizeObserver(redraw).observe(canvas);
}

// The drawn flow gives its place, and keeps its height, only where the chart has room.
function canvasOf(box, kind) {
  box.hidden = false;
  if (kind !== "flow") return box;
  const drawn = box.querySelector("svg");
  const canvas = document.createElement("div");
  canvas.className = "chart";
  canvas.style.height = `${Math.max(420, Math.round(drawn.getBoundingClientRect().height))}px`;
  drawn.replaceWith(canvas);
  return canvas;
}

for (const box of document.querySelectorAll("[data-chart]")) {
  if (box.dataset.chart === "flow" && innerWidth < NARROW) continue;
  draw(box);
}
