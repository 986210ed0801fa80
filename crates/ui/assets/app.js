// Smooths pages that work without it: focus, keys, clocks, live news.
"use strict";
const on = (type, f) => document.addEventListener(type, f);
const one = (css, e = document) => e.querySelector(css), all = css => document.querySelectorAll(css);
const focusNew = e => one("[data-focus]", e)?.focus();
// htmx 2 and 4 spell the event differently.
for (const type of ["htmx:afterSwap", "htmx:after:swap"]) on(type, e => focusNew(e.target));
focusNew();

on("click", e => {
  if (e.target.closest(".live-new")) location.reload();
  for (const menu of all(".menu")) menu.open &&= menu.contains(e.target);
});

on("keydown", e => {
  const at = e.target, row = at.closest("tr"), table = one("[data-keys]"), key = e.key.toLowerCase();
  if (!table || e.ctrlKey || e.metaKey || e.altKey || at.matches("input,textarea,select")) return;
  const rows = [...table.tBodies[0].rows], step = { j: 1, k: -1 }[key];
  if (step) {
    const next = rows[Math.max(0, rows.indexOf(row) + step)] || row;
    next.tabIndex = -1;
    next.focus();
  } else if (row) one(`[data-key="${key}"]`, row)?.click();
});

// Counts on from what the server said was left.
const loaded = Date.now(), two = n => `${n | 0}`.padStart(2, 0);
setInterval(() => {
  for (const clock of all("[data-left]")) {
    const d = clock.dataset, left = d.left - (Date.now() - loaded) / 6e4, m = Math.abs(left);
    clock.textContent = (left < 0 ? d.overText : d.leftText).replace("#", two(m / 60) + ":" + two(m % 60));
  }
}, 2e4);

const { live, liveLost, liveNew } = document.body.dataset, bar = one(".live");
let fresh;
const say = (text, kind) => {
  bar.hidden = !text;
  bar.className = "live " + kind;
  bar.firstChild.textContent = text;
};
const listen = () => {
  const source = new EventSource(live);
  source.onopen = () => fresh || say("", "");
  source.onerror = () => {
    fresh || say(liveLost, "");
    if (source.readyState == 2) setTimeout(listen, 5e3);
  };
  source.addEventListener("new", e => say(fresh = e.data || liveNew, "live-new"));
};
if (live) listen();
