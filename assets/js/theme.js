// Runs before the first paint, so that a chosen theme does not flash.
const chosen = (() => {
  try {
    return localStorage.getItem("tanhui-theme");
  } catch {
    return null; // Storage is closed in some private windows; the system's choice then stands.
  }
})();
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
