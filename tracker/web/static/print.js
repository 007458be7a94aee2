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
      printButton.focus();
    } catch {
      frame.remove(); // a browser that shows papers elsewhere: the button still opens them
    }
  });
  document.body.append(frame);
};

const arrived = performance.getEntriesByType("navigation").some((entry) => entry.type === "navigate");
if (printButton && arrived && navigator.pdfViewerEnabled) openDialogue();

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copy));
}
