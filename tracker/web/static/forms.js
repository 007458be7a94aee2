// Forms of the desk. All of them work without this file; it completes communes while typing, fills in papers,
// adds and removes rows, and lets Space count one paper after the other.
"use strict";

const rowsOf = (list) => [...list.querySelectorAll("[data-row]")];

const renumber = (list) => {
  rowsOf(list).forEach((row, index) => {
    for (const field of row.querySelectorAll("[name^='documents-'], [id^='documents-']")) {
      for (const attribute of ["id", "name"]) {
        const value = field.getAttribute(attribute);
        if (value) field.setAttribute(attribute, value.replace(/^documents-\d+-/, `documents-${index}-`));
      }
    }
    for (const label of row.querySelectorAll("label[for]")) {
      label.htmlFor = label.htmlFor.replace(/^documents-\d+-/, `documents-${index}-`);
    }
    const caption = row.querySelector("label[for$='-name']");
    for (const part of [caption, ...row.querySelectorAll(".vh")]) {
      if (part) part.textContent = part.textContent.replace(/\d+/, String(index + 1));
    }
  });
};

const blankRow = (list) => {
  const row = rowsOf(list).at(-1).cloneNode(true);
  // Two rows must not share a radio group, not even for a moment.
  row.querySelectorAll("[name]").forEach((field) => { field.name = field.name.replace(/^documents-\d+-/, "documents-999-"); });
  row.querySelectorAll("input[type=text], input:not([type])").forEach((field) => { field.value = field.name.endsWith("-count") ? "1" : ""; });
  row.querySelectorAll("input[type=checkbox]").forEach((field) => { field.checked = false; });
  row.querySelectorAll("input[value=original]").forEach((field) => { field.checked = true; });
  row.querySelectorAll("[data-remove-row], .err").forEach((part) => part.remove());
  return row;
};

const addRow = (list) => {
  const row = blankRow(list);
  list.append(row);
  renumber(list);
  return row;
};

const fillRow = (row, paper) => {
  row.querySelector("[name$='-name']").value = paper.name;
  row.querySelector("[name$='-count']").value = String(paper.count);
  row.querySelectorAll("[name$='-kind']").forEach((field) => { field.checked = field.value === paper.kind; });
};

const fillPapers = async (form, select) => {
  if (!select.value) return;
  const answer = await fetch(select.dataset.papers + encodeURIComponent(select.value), { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const list = form.querySelector("[data-rows]");
  const papers = await answer.json();
  rowsOf(list).slice(1).forEach((row) => row.remove());
  papers.forEach((paper, index) => fillRow(index ? addRow(list) : rowsOf(list)[0], paper));
  addRow(list);
};

const isUntouched = (form) => [...form.querySelectorAll("[data-rows] [name$='-name']")].every((field) => !field.value);

const tendRows = (form) => {
  const list = form.querySelector("[data-rows]");
  if (!list) return;
  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-row]");
    const remove = event.target.closest("[data-remove-row]");
    if (add) {
      event.preventDefault();
      addRow(list).querySelector("[name$='-name']").focus();
    }
    if (remove && rowsOf(list).length > 1) {
      event.preventDefault();
      const row = remove.closest("[data-row]");
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      renumber(list);
      next.querySelector("[name$='-name']").focus();
      countTicks(form);
    }
  });
  const select = form.querySelector("[data-papers]");
  const fill = form.querySelector("[data-fill]");
  if (select && fill) {
    fill.addEventListener("click", (event) => { event.preventDefault(); fillPapers(form, select); });
    select.addEventListener("change", () => { if (isUntouched(form)) fillPapers(form, select); });
  }
};

const namedTicks = (form) => [...form.querySelectorAll("[data-tick]")].filter(
  (tick) => tick.closest("[data-row]").querySelector("[name$='-name']").value.trim());

const countTicks = (form) => {
  const counter = form.querySelector("[data-counted]");
  if (!counter) return;
  const ticks = namedTicks(form);
  const done = ticks.filter((tick) => tick.checked).length;
  counter.textContent = counter.dataset.words.replace("{done}", done).replace("{all}", ticks.length);
};

// Space counts the paper that is lit, then lights the next one; the last one leads to the seal.
const tendTicks = (form) => {
  const ticks = namedTicks(form);
  if (!ticks.length) return;
  form.addEventListener("change", (event) => {
    countTicks(form);
    if (!event.target.matches("[data-tick]") || !event.target.checked) return;
    const next = namedTicks(form).find((tick) => !tick.checked) || form.querySelector("[name=seal_number]");
    if (next) next.focus();
  });
  countTicks(form);
  const first = ticks.find((tick) => !tick.checked);
  if (first && !document.getElementById("errors")) first.focus();
};

const tendWards = (field) => {
  const box = field.closest(".combo");
  const list = document.createElement("ul");
  list.id = `${field.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.querySelector("label").textContent);
  list.hidden = true;
  box.append(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  let asked = 0;
  let timer = 0;

  const close = () => { list.hidden = true; field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); };
  const choose = (option) => { field.value = option.textContent; close(); };
  const light = (option) => {
    for (const one of list.children) one.setAttribute("aria-selected", String(one === option));
    field.setAttribute("aria-activedescendant", option.id);
  };
  const show = (wards) => {
    list.replaceChildren(...wards.map((ward, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.textContent = ward.name;
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
      return option;
    }));
    if (!wards.length) { close(); return; }
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    light(list.children[0]);
  };
  const ask = async () => {
    const turn = ++asked;
    if (!field.value.trim()) { close(); return; }
    const answer = await fetch(`${field.dataset.wards}?q=${encodeURIComponent(field.value)}`);
    if (answer.ok && turn === asked && document.activeElement === field) show(await answer.json());
  };

  field.addEventListener("input", () => {
    box.querySelectorAll(".offered").forEach((offered) => offered.remove());
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const lit = list.querySelector("[aria-selected=true]");
    if (event.key === "ArrowDown") { event.preventDefault(); light(lit.nextElementSibling || list.firstElementChild); }
    if (event.key === "ArrowUp") { event.preventDefault(); light(lit.previousElementSibling || list.lastElementChild); }
    if (event.key === "Escape") { event.preventDefault(); close(); }
    if (event.key === "Tab") choose(lit);
    if (event.key === "Enter") { event.preventDefault(); choose(lit); }
  });
};

for (const form of document.querySelectorAll("[data-register], [data-posting]")) {
  tendRows(form);
  tendTicks(form);
  form.querySelectorAll("[data-wards]").forEach(tendWards);
}
