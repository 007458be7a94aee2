// Keys of the queue: J and K move, N takes the next step upon oneself, Đ (or D) opens the closing form.
"use strict";

const isTyping = (target) => target.closest("input, select, textarea") !== null;

const move = (by) => {
  const rows = [...document.querySelectorAll("[data-row]")];
  const here = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, here + by))];
  if (next && next !== rows[here]) next.click();
};

const openClosing = () => {
  const closing = document.querySelector("[data-close]");
  if (!closing) return;
  closing.open = true;
  closing.querySelector("select").focus();
};

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "j") move(1);
  if (key === "k") move(-1);
  if (key === "n") document.querySelector("[data-take] button")?.click();
  if (key === "đ" || key === "d") { event.preventDefault(); openClosing(); }
});

const current = document.querySelector("[data-row][aria-current]");
const isWide = matchMedia("(min-width: 901px)").matches;
if (current && isWide && !document.getElementById("errors")) current.focus();
