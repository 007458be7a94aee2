// Goes on with what is under way, slice by slice. Without this file the button does.
"use strict";

document.querySelector("[data-onward]")?.requestSubmit();
