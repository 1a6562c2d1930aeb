// The week as a grid of boxes: arrow keys move between hours, and the mouse ticks several in one go.
// Without this file each box still is a box.
const BOX = "table.week input[type=checkbox]";

function beside(box, key) {
  const cell = box.closest("td"), row = cell.parentElement;
  const onward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  if (key === "ArrowUp" || key === "ArrowDown") {
    const other = key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
    return other?.cells[cell.cellIndex];
  }
  return key === onward ? cell.nextElementSibling : cell.previousElementSibling;
}

document.addEventListener("keydown", (event) => {
  if (!event.key.startsWith("Arrow") || !event.target.matches(BOX)) return;
  const other = beside(event.target, event.key)?.querySelector("input");
  event.preventDefault();
  other?.focus();
});

let drawn = null; // the state that the boxes under the pressed mouse get

document.addEventListener("pointerdown", (event) => {
  drawn = event.pointerType === "mouse" && event.target.matches(BOX) ? !event.target.checked : null;
});
document.addEventListener("pointerover", (event) => {
  if (drawn === null || !event.target.matches(BOX)) return;
  if (event.buttons === 1) event.target.checked = drawn;
  else drawn = null;
});
document.addEventListener("pointerout", (event) => {
  // The first box gets no click if the mouse is released on another one.
  if (drawn !== null && event.buttons === 1 && event.target.matches(BOX)) event.target.checked = drawn;
});
