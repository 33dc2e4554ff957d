// The page of the service: sends the text, and shows the entities in it, in a table and as JSON.
// The service counts Unicode code points, JavaScript UTF-16 units: texts are cut as lists of code points.
"use strict";

const COLOURS = 12;
// As in displaCy; other labels take the colours that are left, in their order.
const FIXED = { ORG: 0, PERSON: 1, PER: 1, DATE: 2, TIME: 2, GPE: 3, LOC: 4, PRODUCT: 5, NORP: 6, FAC: 7, EVENT: 8, LAW: 9, WORK_OF_ART: 10, MONEY: 11, QUANTITY: 11 };

const part = (id) => document.getElementById(id);
const field = part("text");
const colours = new Map();
let limits = { max_characters: Infinity };
let waiting = null; // what stops the request that is on its way
let shown = null; // the answer that the page shows

function element(name, words, ...classes) {
  const made = document.createElement(name);
  made.textContent = words;
  made.classList.add(...classes.filter(Boolean));
  return made;
}

function chooseColours(labels) {
  const used = new Set();
  for (const label of labels) {
    if (label in FIXED && Object.hasOwn(FIXED, label)) {
      colours.set(label, `c${FIXED[label]}`);
      used.add(FIXED[label]);
    }
  }
  const free = [...Array(COLOURS).keys()].filter((number) => !used.has(number));
  const others = labels.filter((label) => !colours.has(label));
  others.forEach((label, at) => colours.set(label, free.length ? `c${free[at % free.length]}` : ""));
}

const colour = (label) => colours.get(label) || "";
const percent = (score) => `${(score * 100).toFixed(1)}%`;

function showLength() {
  const count = [...field.value].length;
  const over = count > limits.max_characters;
  const most = Number.isFinite(limits.max_characters) ? ` of ${limits.max_characters.toLocaleString("en")}` : "";
  part("length").textContent = `${count.toLocaleString("en")}${most} characters`;
  part("length").classList.toggle("over", over);
}

function say(words) {
  part("status").textContent = words;
}

function complain(words) {
  part("error").textContent = words;
  part("error").hidden = !words;
}

// The text in pieces, each with the entities that cover it, the shortest first.
function* pieces(points, entities) {
  const edges = new Set([0, points.length]);
  for (const { start, end } of entities) edges.add(start).add(end);
  const ends = [...edges].sort((a, b) => a - b);
  const open = new Set();
  let next = 0; // entities are in the order of their starts
  for (let at = 0; at + 1 < ends.length; at += 1) {
    for (const entity of open) if (entity.end <= ends[at]) open.delete(entity);
    while (next < entities.length && entities[next].start === ends[at]) open.add(entities[next++]);
    const covering = [...open].sort((a, b) => a.end - a.start - (b.end - b.start));
    yield { words: points.slice(ends[at], ends[at + 1]).join(""), end: ends[at + 1], covering };
  }
}

function showText(points, entities) {
  const made = [];
  for (const { words, end, covering } of pieces(points, entities)) {
    if (!covering.length) {
      made.push(document.createTextNode(words));
      continue;
    }
    const [first] = covering;
    const mark = element("mark", words, "entity", colour(first.label), covering.length > 1 && "inside");
    for (const { label } of covering.filter((entity) => entity.end === end)) {
      mark.append(element("span", label, "name", label !== first.label && colour(label)));
    }
    made.push(mark);
  }
  part("view").replaceChildren(...made);
}

function showTable(entities) {
  const scored = entities.some((entity) => entity.score !== undefined);
  document.querySelector("th.score").hidden = !scored;
  const rows = entities.map(({ text, label, start, end, score }) => {
    const row = document.createElement("tr");
    const name = element("th", text);
    name.scope = "row";
    name.dir = "auto";
    const cell = document.createElement("td");
    cell.append(element("span", label, "name", colour(label)));
    row.append(name, cell, element("td", `${start}–${end}`, "number"));
    if (scored) row.append(element("td", score === undefined ? "–" : percent(score), "number"));
    return row;
  });
  part("rows").replaceChildren(...rows);
}

function showLegend(entities) {
  const counts = new Map();
  for (const { label } of entities) counts.set(label, (counts.get(label) || 0) + 1);
  const labels = [...counts.keys()].sort();
  part("legend").replaceChildren(...labels.map((label) => element("li", `${label} ${counts.get(label)}`, colour(label))));
}

function show(text, answer) {
  const { entities } = answer;
  shown = JSON.stringify({ text, ...answer }, null, 2);
  showText([...text], entities);
  showTable(entities);
  showLegend(entities);
  part("json").textContent = shown;
  for (const found of document.querySelectorAll(".tools, .wide, details, #legend")) found.hidden = !entities.length;
  part("results").hidden = false;
}

async function ask(path, options) {
  const answer = await fetch(path, options);
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.detail || `The service answered with error ${answer.status}.`);
  return said;
}

async function find(event) {
  event.preventDefault();
  const text = field.value.toWellFormed ? field.value.toWellFormed() : field.value;
  waiting?.abort();
  const mine = (waiting = new AbortController());
  complain("");
  if (!text.trim()) {
    part("results").hidden = true;
    say("Type or paste a text first.");
    return;
  }
  say("Reading …");
  part("find").setAttribute("aria-disabled", "true");
  const began = performance.now();
  try {
    const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text }), signal: mine.signal };
    const answer = await ask("v1/entities", options);
    show(text, answer);
    const count = answer.entities.length;
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    say(`${count ? count.toLocaleString("en") : "No"} ${count === 1 ? "entity" : "entities"} in ${seconds} seconds.`);
  } catch (error) {
    if (mine.signal.aborted) return;
    part("results").hidden = true;
    say("");
    complain(error instanceof TypeError ? "The service can't be reached. Is it still running?" : error.message);
  } finally {
    if (waiting === mine) part("find").setAttribute("aria-disabled", "false");
  }
}

async function copy() {
  try {
    await navigator.clipboard.writeText(shown);
    say("Copied.");
  } catch {
    // Where the page may not write to the clipboard, select the JSON for the user to copy.
    document.querySelector("details").open = true;
    getSelection().selectAllChildren(part("json"));
    part("json").focus();
    say("The browser doesn't allow copying. The JSON is selected: press Ctrl+C.");
  }
}

async function start() {
  showLength();
  try {
    const about = await ask("v1/about");
    limits = about.limits;
    chooseColours(about.labels);
    part("about").textContent = `${about.name} ${about.version} finds ${about.labels.join(", ")}.`;
    document.title = `Find entities: ${about.name}`;
    showLength();
  } catch {
    complain("The service can't be reached. Is it still running?");
  }
}

part("form").addEventListener("submit", find);
part("copy").addEventListener("click", copy);
field.addEventListener("input", showLength);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) part("form").requestSubmit();
});
start();
