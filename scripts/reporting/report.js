"use strict";
// Comfort only: without this script the whole report can be read.

// Examples: a filter by label, and a button that opens and closes every class of errors.
for (const filter of document.querySelectorAll(".filter")) {
  const groups = [...document.getElementById(filter.dataset.filters).querySelectorAll("details")];
  const label = filter.querySelector("select");
  const button = filter.querySelector("button");
  const status = filter.querySelector("[role=status]");
  const apply = () => {
    let all = 0;
    let shown = 0;
    for (const group of groups) {
      const cards = [...group.querySelectorAll("article")];
      for (const card of cards) card.hidden = label.value !== "" && card.dataset.label !== label.value;
      const fitting = cards.filter((card) => !card.hidden).length;
      group.querySelector(".shown").textContent = fitting;
      group.hidden = !fitting;
      all += cards.length;
      shown += fitting;
    }
    status.textContent = `${shown} of ${all} examples`;
  };
  const name = () => {
    button.textContent = groups.every((group) => group.open) ? "Close all" : "Open all";
  };
  label.addEventListener("change", apply);
  button.addEventListener("click", () => {
    const open = groups.some((group) => !group.open);
    for (const group of groups) group.open = open;
  });
  for (const group of groups) group.addEventListener("toggle", name);
  filter.hidden = false;
  apply(); // a browser may have kept a choice over a reload
}

// Navigation: the section that is being read.
const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
const sections = [...links.keys()].map((id) => document.getElementById(id));
const mark = () => {
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
  const begun = sections.filter((section) => section.getBoundingClientRect().top < innerHeight / 3);
  const current = (atEnd ? sections.at(-1) : begun.at(-1)) || sections[0];
  for (const [id, link] of links) {
    if (id !== current.id) link.removeAttribute("aria-current");
    else if (!link.hasAttribute("aria-current")) {
      link.setAttribute("aria-current", "true");
      const bar = link.closest("nav");
      bar.scrollLeft = link.offsetLeft - (bar.clientWidth - link.offsetWidth) / 2;
    }
  }
};
addEventListener("scroll", mark, { passive: true });
mark();

// Tables that are wider than the screen say so.
const watcher = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    target.previousElementSibling.hidden = target.scrollWidth <= target.clientWidth + 1;
  }
});
for (const box of document.querySelectorAll(".wide")) watcher.observe(box);

// Paper shows what is folded.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const part of folded) part.open = true;
});
addEventListener("afterprint", () => {
  for (const part of folded) part.open = false;
});
