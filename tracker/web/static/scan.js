// The scan page works without this file. It keeps the box listening, counts along, signs, and lets a verdict be heard.
"use strict";

const PAUSE_MS = 250; // a longer pause between two signs starts a new read
const SCANNER_MS = 40; // no hand types this fast
const SHORTEST_CODE = 8;
const CLEARED_AFTER_MS = 1500;

const box = document.getElementById("code");
const scanForm = document.getElementById("scan-form");
const isField = (node) => node instanceof HTMLElement && node.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");

// ---- a hand-held scanner types into whatever has the focus; its burst always lands in the box ----
const silence = () => ({ text: "", last: 0, slowest: 0, target: null, before: "" });
let burst = silence();
let wasScanned = false;

const hear = (event) => {
  if (!box || event.altKey || event.ctrlKey || event.metaKey) return;
  const now = event.timeStamp;
  const gap = now - burst.last;
  if (event.key === "Enter") {
    endBurst(event, gap);
    return;
  }
  if (event.key === "Escape") {
    box.value = "";
    box.focus();
    return;
  }
  if (event.key === "Tab") burst = silence(); // a person who moves on: no scanner does
  if (event.key.length !== 1) return;
  if (gap > PAUSE_MS) {
    const field = isField(event.target) ? event.target : null;
    burst = { text: "", last: now, slowest: 0, target: field, before: field ? field.value : "" };
    if (field === box) box.value = "";
  } else {
    burst.slowest = Math.max(burst.slowest, gap);
  }
  burst.text += event.key;
  burst.last = now;
  if (!isField(event.target) && !event.target.closest("button, a, summary, label")) {
    event.preventDefault();
    box.value = burst.text;
  }
};

const endBurst = (event, gap) => {
  const isScanner = burst.text.length >= SHORTEST_CODE && burst.slowest < SCANNER_MS && gap < PAUSE_MS;
  wasScanned = isScanner;
  const isElsewhere = event.target !== box;
  if (isScanner && isElsewhere) {
    event.preventDefault();
    if (burst.target) burst.target.value = burst.before;
    box.value = burst.text;
    scanForm.requestSubmit();
  } else if (box.value && isElsewhere && !isField(event.target) && !event.target.closest("button, a, summary")) {
    scanForm.requestSubmit();
  } else if (event.target.matches("[data-expected]")) {
    toNextField(event);
  }
  burst = silence();
};

const toNextField = (event) => {
  const fields = [...event.target.form.querySelectorAll("input:not([type=hidden])")].filter((field) => !field.closest("details"));
  const next = fields.slice(fields.indexOf(event.target) + 1).find((field) => !field.value);
  if (!next) return;
  event.preventDefault();
  next.focus();
};

// A read box starts anew when a pause lies between what stands there and what comes.
document.addEventListener("keydown", hear);

// ---- counting along ----
const STROKES = ["M4 20V4", "M4 4H20", "M20 4V20", "M20 20H4", "M4 20L20 4"];
const SVG = "http://www.w3.org/2000/svg";

const drawBox = (solid, todo, over) => {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const [paths, kind] of [[solid, ""], [todo, "todo"], [over, "over"]]) {
    if (!paths.length) continue;
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", paths.join(""));
    if (kind) path.setAttribute("class", kind);
    svg.append(path);
  }
  return svg;
};

const drawTally = (field) => {
  const place = document.querySelector(`[data-tally="${field.name}"]`);
  const expected = Number(field.dataset.expected);
  const done = /^\d{1,3}$/.test(field.value) ? Number(field.value) : 0;
  const boxes = [];
  for (let start = 0; start < expected; start += 5) {
    const wanted = Math.min(5, expected - start);
    const solid = Math.max(0, Math.min(wanted, done - start));
    boxes.push(drawBox(STROKES.slice(0, solid), STROKES.slice(solid, wanted), []));
  }
  for (let start = expected; start < done && boxes.length < 20; start += 5) {
    boxes.push(drawBox([], [], STROKES.slice(0, Math.min(5, done - start))));
  }
  place.replaceChildren(...boxes);
};

for (const field of document.querySelectorAll("[data-expected]")) {
  field.addEventListener("input", () => drawTally(field));
  drawTally(field);
}

// ---- the moment is the one at which the person says so ----
for (const form of document.querySelectorAll("[data-event-form]")) {
  form.addEventListener("submit", () => {
    const now = new Date().toISOString();
    form.elements.occurred_at.value = now;
    form.elements.device_time.value = now;
  }, { once: true });
  const first = form.querySelector("[aria-invalid=true], input:not([type=hidden])");
  if (first && !document.getElementById("errors")) first.focus();
}

// ---- signing ----
const startPad = (canvas) => {
  const pen = canvas.getContext("2d");
  const kept = canvas.form ? null : canvas.parentElement.querySelector("input[name=signature]");
  let isDown = false;
  const at = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [((event.clientX - frame.left) * canvas.width) / frame.width, ((event.clientY - frame.top) * canvas.height) / frame.height];
  };
  const clear = () => {
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    kept.value = "";
  };
  pen.lineWidth = 5;
  pen.lineCap = "round";
  pen.strokeStyle = "#1a3da6";
  clear();
  canvas.addEventListener("pointerdown", (event) => {
    isDown = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!isDown) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", () => {
    isDown = false;
    kept.value = canvas.toDataURL("image/png");
  });
  canvas.parentElement.querySelector("[data-clear-signature]").addEventListener("click", clear);
};
document.querySelectorAll("[data-signature]").forEach(startPad);

// ---- a verdict is seen, heard and felt ----
const NOTES = {
  ok: [[660, 660, 0, 0.07], [880, 880, 0.08, 0.11]],
  warn: [[740, 740, 0, 0.08], [740, 740, 0.14, 0.08], [740, 740, 0.28, 0.08]],
  no: [[220, 160, 0, 0.45]],
  local: [[330, 330, 0, 0.07], [440, 440, 0.08, 0.11]],
};
const BUZZES = { ok: [40], warn: [80, 60, 80], no: [350], local: [40] };

const play = (notes) => {
  const audio = new AudioContext();
  if (audio.state !== "running") return;
  for (const [from, to, start, length] of notes) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const begin = audio.currentTime + start;
    tone.frequency.setValueAtTime(from, begin);
    tone.frequency.linearRampToValueAtTime(to, begin + length);
    volume.gain.value = 0.2;
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + length);
  }
};

// Sound and vibration are told besides the words, never instead of them; each device keeps its own wish.
const SOUND = "giaonhan-sound";
const isSilent = () => {
  try { return localStorage.getItem(SOUND) === "off"; } catch { return false; }
};

const tell = (kind) => {
  if (isSilent()) return;
  if (window.AudioContext) play(NOTES[kind]);
  if (navigator.vibrate && navigator.userActivation?.hasBeenActive) navigator.vibrate(BUZZES[kind]);
};

const soundSwitch = document.querySelector("[data-sound]");
if (soundSwitch) {
  const show = () => soundSwitch.setAttribute("aria-pressed", String(!isSilent()));
  soundSwitch.hidden = false;
  soundSwitch.addEventListener("click", () => {
    try { localStorage.setItem(SOUND, isSilent() ? "on" : "off"); } catch { return; }
    show();
    tell("ok");
  });
  show();
}

const verdict = document.querySelector("[data-verdict]");
if (verdict) {
  const kind = verdict.dataset.verdict;
  tell(kind);
  if (kind === "ok") setTimeout(() => verdict.classList.add("cleared"), CLEARED_AFTER_MS);
  // Whoever reads the next envelope without looking must not miss that this one was refused.
  if (kind === "no" && scanForm) {
    scanForm.addEventListener("submit", (event) => {
      if (!wasScanned || !box.value.trim()) return;
      event.preventDefault();
      box.value = "";
      tell("no");
    });
  }
}
