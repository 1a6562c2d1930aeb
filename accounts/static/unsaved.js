// Ask before a page is left by a link, while a text in it is typed and not saved. A button sends what was typed.
"use strict";
const form = document.querySelector("form[data-keep-typed]");
if (form) {
  // The server shows what it has not saved once more.
  let isTyped = form.dataset.keepTyped === "unsaved";
  form.addEventListener("input", () => { isTyped = true; });
  document.querySelector("#content-main").addEventListener("submit", () => { isTyped = false; });
  window.addEventListener("beforeunload", (leaving) => { if (isTyped) leaving.preventDefault(); });
}
