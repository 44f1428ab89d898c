// Keeps the counters of the ledger up to date on pages that show them: one small answer that is the same for everybody.
// It asks seldom, ever more seldom while nothing changes, never while nobody looks, and stops when it is told to.
const FIRST_MS = 10_000, MOST_MS = 160_000;

const box = document.querySelector("[data-counters]");
let waitMs = FIRST_MS, mark = "", timer = 0, on = true;

function show(counters) {
  for (const place of document.querySelectorAll("[data-now]")) {
    const text = counters[place.dataset.now];
    if (text !== undefined && text !== place.textContent) place.textContent = text;
  }
}

async function ask() {
  try {
    const answer = await fetch(box.dataset.counters, { credentials: "omit" });
    if (!answer.ok) throw new Error(answer.statusText);
    const counters = await answer.json();
    waitMs = counters.mark === mark ? Math.min(waitMs * 2, MOST_MS) : FIRST_MS;
    mark = counters.mark;
    show(counters);
  } catch {
    waitMs = MOST_MS; // The counters stay as they were; the next turn may reach the site again.
  }
  wait();
}

// Not all at once: browsers that opened the page in the same moment drift apart.
function wait() {
  clearTimeout(timer);
  if (on && !document.hidden) timer = setTimeout(ask, waitMs * (0.8 + 0.4 * Math.random()));
}

export function switchCounters(button) {
  on = !on;
  button.setAttribute("aria-pressed", String(on));
  waitMs = FIRST_MS;
  wait();
}

if (box) {
  for (const button of box.querySelectorAll("[data-act=counters]")) button.hidden = false;
  document.addEventListener("visibilitychange", wait);
  wait();
}
