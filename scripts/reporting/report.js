"use strict";
// Filters over the errors: by class and by label. Without this script every error is simply shown.
for (const filter of document.querySelectorAll(".filter")) {
  const cards = [...document.getElementById(filter.dataset.filters).querySelectorAll("[data-kind]")];
  const [kind, label] = filter.querySelectorAll("select");
  const status = filter.querySelector("[role=status]");
  const apply = () => {
    let shown = 0;
    for (const card of cards) {
      const fits =
        (kind.value === "" || card.dataset.kind === kind.value) &&
        (label.value === "" || card.dataset.label === label.value);
      card.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    status.textContent = `${shown} of ${cards.length} examples shown`;
  };
  const clear = filter.querySelector("button");
  clear.addEventListener("click", () => {
    kind.value = "";
    label.value = "";
    apply();
  });
  kind.addEventListener("change", apply);
  label.addEventListener("change", apply);
  filter.hidden = false;
  apply(); // a browser may have kept a choice over a reload
}
