// Every page works without this file. It adds keys: F1 to F9 open what bears them, Escape clears the scan box.
"use strict";

const focusErrors = () => {
  const summary = document.getElementById("errors");
  if (summary) summary.focus();
};

const pressKey = (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (!/^F([1-9]|1[0-2])$/.test(event.key)) return;
  const target = document.querySelector(`[data-key="${event.key}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
};

// The box that finds: what is typed or scanned while nothing has the focus lands in it.
const findBox = document.querySelector("form.scan input[name=q]");

const listen = (event) => {
  if (!findBox || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape" && event.target === findBox) findBox.value = "";
  if (event.key.length === 1 && event.target === document.body) findBox.focus();
};

document.addEventListener("keydown", pressKey);
document.addEventListener("keydown", listen);
focusErrors();
