// Opens the print dialogue of the label on this page, and copies its number. Without this file the button opens the paper.
"use strict";

const printButton = document.querySelector("[data-print]");

const openDialogue = () => {
  const frame = document.createElement("iframe");
  frame.className = "vh"; // a frame that is not drawn at all loads no paper
  frame.tabIndex = -1;
  frame.setAttribute("aria-hidden", "true");
  frame.title = printButton.textContent;
  frame.src = printButton.href;
  frame.addEventListener("load", () => {
    try {
      frame.contentWindow.focus();
      frame.contentWindow.print();
      (document.getElementById(printButton.dataset.then) || printButton).focus(); // of a proof page: the box for its codes
    } catch {
      frame.remove(); // a browser that shows papers elsewhere: the button still opens them
    }
  });
  document.body.append(frame);
};

// A copy opens its dialogue by itself once. The server knows whether it has: not this page, not this tab. A proof is no copy.
const claim = async () => {
  const { once, token } = printButton.dataset;
  if (!once) return true;
  const answer = await fetch(once, { method: "POST", body: new URLSearchParams({ form_token: token }), keepalive: true });
  return answer.ok && (await answer.json()).opens;
};

const openOnce = async () => {
  if (await claim().catch(() => false)) openDialogue();
};

if (printButton) {
  printButton.addEventListener("click", () => claim().catch(() => false)); // printed by hand: not by itself later on
  if ("auto" in printButton.dataset && navigator.pdfViewerEnabled) openOnce();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copy));
}
