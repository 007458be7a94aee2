// The giver's screen follows the receiver; without this file the page asks again by itself every few seconds.
"use strict";

const FOLLOW_MS = 1500;

const follow = async () => {
  try {
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    if (answer.redirected) {
      window.location.replace(answer.url);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelectorAll("[data-live]");
    document.querySelectorAll("[data-live]").forEach((shown, place) => {
      if (now[place] && now[place].innerHTML !== shown.innerHTML) shown.replaceChildren(...now[place].childNodes);
    });
  } catch {
    // No network for a moment: the numbers stay as they were, and the next look tries again.
  }
  setTimeout(follow, FOLLOW_MS);
};

if (document.querySelector("[data-follow]")) setTimeout(follow, FOLLOW_MS);

for (const button of document.querySelectorAll("[data-print-page]")) button.addEventListener("click", () => window.print());
