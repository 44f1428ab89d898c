// Builds everything the pages load into src/tanhui/site/static/dist: one stylesheet, six scripts, fonts.
// Needs Node 20 or newer and the packages of package.json; no network, no install scripts.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { transform } from "lightningcss";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const dist = join(here, "../src/tanhui/site/static/dist");

// Versions are major << 16. Old enough for the web views of messengers still in use; light-dark() is compiled away.
const targets = { chrome: 80 << 16, safari: 14 << 16, firefox: 78 << 16, edge: 80 << 16 };

const weights = [400, 600];

function minified(filename, code) {
  return transform({ filename, code: Buffer.from(code), minify: true, targets }).code;
}

async function buildStyles() {
  const bundle = await build({
    entryPoints: [join(here, "css/app.css")],
    bundle: true,
    write: false,
    outdir: dist,
    logLevel: "warning",
  });
  writeFileSync(join(dist, "app.css"), minified("app.css", bundle.outputFiles[0].text));
  writeFileSync(join(dist, "map.css"), minified("map.css", readFileSync(join(modules, "maplibre-gl/dist/maplibre-gl.css"))));
}

async function buildScripts() {
  await build({
    entryPoints: ["theme", "app", "charts", "map", "design-map", "land-map"].map((name) => join(here, `js/${name}.js`)),
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2020", "chrome80"],
    legalComments: "eof",
    outdir: dist,
    logLevel: "warning",
    define: { "import.meta.url": '""' },
  });
  copyFileSync(join(modules, "maplibre-gl/dist/maplibre-gl-worker.mjs"), join(dist, "map-worker.js"));
  stripSourceMap(join(dist, "map-worker.js"));
  mkdirSync(join(dist, "test"), { recursive: true });
  copyFileSync(join(modules, "axe-core/axe.min.js"), join(dist, "test/axe.min.js"));
}

// The map file is not shipped, and Django's hashed storage would look for it.
function stripSourceMap(path) {
  writeFileSync(path, readFileSync(path, "utf8").replace(/\/\/# sourceMappingURL=.*\s*$/, ""));
}

// The web font is a fallback: it stands behind the fonts of the system and is cut by Unicode range, so that a
// reader who has a Chinese font loads none of it and the others load only the pieces that a page needs.
function buildWebFonts() {
  const folder = join(dist, "fonts/web");
  mkdirSync(folder, { recursive: true });
  const sheets = [];
  for (const [source, family] of [["noto-sans-sc", "Tanhui Sans"], ["noto-serif-sc", "Tanhui Serif"]]) {
    const pack = join(modules, "@fontsource", source);
    for (const weight of weights) {
      sheets.push(webFontSheet(readFileSync(join(pack, `${weight}.css`), "utf8"), family));
      for (const file of readdirSync(join(pack, "files"))) {
        if (file.endsWith(`-${weight}-normal.woff2`)) copyFileSync(join(pack, "files", file), join(folder, file));
      }
    }
  }
  writeFileSync(join(dist, "fonts.css"), minified("fonts.css", sheets.join("\n")));
}

function webFontSheet(css, family) {
  return css
    .replace(/font-family: '[^']+'/g, `font-family: '${family}'`)
    .replace(/url\(\.\/files\/([^)]+\.woff2)\) format\('woff2'\)[^;]*;/g, "url(./fonts/web/$1) format('woff2');");
}

// The large numbers have their own weight, which few systems carry: the Latin piece of it is small enough to send.
function buildDigitsFont() {
  const name = "noto-sans-sc-latin-500-normal.woff2";
  copyFileSync(join(modules, "@fontsource/noto-sans-sc/files", name), join(dist, "fonts/web", name));
  const face = `@font-face { font-family: "Tanhui Digits"; font-weight: 500; font-display: swap;
    src: url(./fonts/web/${name}) format("woff2"); unicode-range: U+0020-007E, U+2212 }`;
  writeFileSync(join(dist, "app.css"), Buffer.concat([minified("digits.css", face), readFileSync(join(dist, "app.css"))]));
}

// TrueType files for the typesetter that writes certificates and reports.
function copyPrintFonts() {
  const folder = join(dist, "fonts/pdf");
  mkdirSync(folder, { recursive: true });
  for (const [source, name] of [["noto-sans-sc", "NotoSansSC"], ["noto-serif-sc", "NotoSerifSC"]]) {
    for (const style of ["400Regular", "600SemiBold"]) {
      const file = `${name}_${style}.ttf`;
      copyFileSync(join(modules, "@expo-google-fonts", source, style, file), join(folder, file));
    }
  }
}

// The fonts stay where they are while the rest is made anew: a running site may be reading them.
mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) {
  if (name !== "fonts") rmSync(join(dist, name), { recursive: true, force: true });
}
await buildStyles();
await buildScripts();
buildWebFonts();
buildDigitsFont();
copyPrintFonts();
console.log(`built ${dist}`);
