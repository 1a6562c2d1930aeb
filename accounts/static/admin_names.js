// Select2 draws fields that complete themselves without a name. They get the name of their label.
"use strict";
function nameFields() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = select.labels.length ? select.labels[0].textContent.replace(/:$/, "").trim() : select.getAttribute("aria-label");
    const drawn = select.nextElementSibling;
    if (!label || !drawn) continue;
    for (const part of drawn.querySelectorAll("[role=textbox], [role=combobox], [role=searchbox]")) {
      part.setAttribute("aria-label", label);
    }
  }
}
// Select2 may draw a field at any time: when the page is ready, and when a row is added.
new MutationObserver(nameFields).observe(document.body, { childList: true, subtree: true });
nameFields();
