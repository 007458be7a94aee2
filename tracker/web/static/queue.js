// Keys of the queue, for whoever wants them: the button beside them switches them off. All of it works without.
"use strict";

const KEPT = "queue-keys";
const isTyping = (target) => target.closest("input:not([type=checkbox]), select, textarea") !== null;
const remembered = () => { try { return localStorage.getItem(KEPT); } catch { return null; } };
const remember = (word) => { try { localStorage.setItem(KEPT, word); } catch { /* then for this page alone */ } };

let areOn = remembered() !== "off";

const rows = () => [...document.querySelectorAll("[data-row]")];
const current = () => document.querySelector("[data-row][aria-current]");

const move = (by) => {
  const all = rows();
  const next = all[all.indexOf(current()) + by];
  if (next) next.click();
  else if (by > 0) document.querySelector("[data-next-page]")?.click();
};

const open = (selector) => {
  const part = document.querySelector(selector);
  if (!part) return;
  if (part.tagName === "DETAILS") part.open = true;
  part.querySelector("select")?.focus();
};

const tick = () => {
  const box = current()?.closest("li")?.querySelector("input[type=checkbox]");
  if (box) box.checked = !box.checked;
};

const ACTS = {
  j: () => move(1),
  k: () => move(-1),
  x: tick,
  n: () => document.querySelector("[data-take] button")?.click(),
  g: () => open("[data-give]"),
  c: () => open("[data-wait]"),
  "đ": () => open("[data-close]"),
  d: () => open("[data-close]"),
};
// Arrows scroll the page, but from a row of the list they go to the next.
const ARROWS = { arrowdown: 1, arrowup: -1 };

document.addEventListener("keydown", (event) => {
  if (!areOn || event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  const by = event.target.closest("[data-row]") ? ARROWS[key] : undefined;
  const act = by ? () => move(by) : ACTS[key];
  if (!act) return;
  event.preventDefault();
  act();
});

const button = document.querySelector("[data-switch]");
const show = () => {
  button.setAttribute("aria-pressed", String(areOn));
  document.querySelectorAll("kbd").forEach((cap) => { cap.hidden = !areOn; });
};
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => { areOn = !areOn; remember(areOn ? "on" : "off"); show(); });
  show();
}

const isWide = matchMedia("(min-width: 901px)").matches;
// After the browser has gone to the address's fragment, which takes the focus away.
addEventListener("load", () => {
  if (current() && isWide && !document.getElementById("errors")) current().focus();
});
