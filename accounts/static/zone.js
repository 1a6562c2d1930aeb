// Chooses the time zone of this browser in a list of zones that has no choice yet.
(() => {
  const list = document.querySelector("select[data-zone]");
  if (!list || list.value) return;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const option = [...list.options].find(
    (one) => one.value === here || (one.dataset.also || "").split(" ").includes(here));
  if (option) option.selected = true;
})();
