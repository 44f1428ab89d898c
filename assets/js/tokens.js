// Colours live in the stylesheet; charts and maps read them here.
export function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

// A probe resolves nested variables and light-dark() to a plain rgb() value.
export function token(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

export function tokens(names) {
  return Object.fromEntries(names.map((name) => [name, token(name)]));
}

export function onThemeChange(redraw) {
  document.addEventListener("tanhui:theme", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}
