// What every page needs: the theme switch, copying, printing, and htmx for the lists that filter in place.
import "htmx.org/dist/htmx.esm.js";
import { switchCounters } from "./counters.js";
import { isDark } from "./tokens.js";

function switchTheme() {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("tanhui-theme", theme);
  } catch {
    // Nothing to remember it in; the page still changes.
  }
  document.dispatchEvent(new CustomEvent("tanhui:theme"));
}

async function copyText(button) {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText((source ? source.textContent : button.dataset.text).trim());
  const said = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = said; }, 1500);
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-act]");
  if (!target) {
    closeMenus(event.target);
    return;
  }
  const acts = {
    theme: switchTheme, print: () => window.print(), copy: () => copyText(target), counters: () => switchCounters(target),
  };
  const act = acts[target.dataset.act];
  if (act) act();
});

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null);
});

// A pressed button of an act says so and cannot be pressed again; the command's own number keeps it from counting twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  if (button) button.setAttribute("aria-busy", "true");
});

// Coming back with the browser's back button must find a form that can be sent.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

// A file field shows what was chosen.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.type !== "file") return;
  const label = field.closest(".drop")?.querySelector("[data-chosen]");
  if (label) label.textContent = [...field.files].map((file) => file.name).join("、");
});
