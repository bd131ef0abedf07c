// The review page: shows and covers the original, and listens to single keys while the review has the focus.
const region = document.getElementById("review");
const record = document.getElementById("record");
const decision = document.getElementById("decision");
const keysBox = document.getElementById("keys-on");
const covered = isShown() ? null : [...record.cloneNode(true).childNodes];
const KEYS_SETTING = "hayward.single-keys";
let wanted = null; // "peek" or "stay" while the original is asked for or shown

function isShown() {
  return document.getElementById("reveal")?.dataset.shown === "yes";
}

function tellPeek() {
  for (const hint of record.querySelectorAll("[data-peek]")) hint.hidden = !keysBox.checked;
}

async function show(how) {
  const form = document.getElementById("reveal");
  if (!form || isShown() || wanted) return;
  wanted = how;
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-Hayward-Fragment": "record" },
  }).catch(() => null);
  if (!answer || answer.redirected || !answer.ok) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!wanted) return; // let go of before it came
  record.replaceChildren(...page.body.childNodes);
  tellPeek();
  if (wanted === "stay") document.getElementById("cover")?.focus({ preventScroll: true });
}

function cover() {
  wanted = null;
  if (!isShown()) return;
  if (!covered) return location.assign(document.getElementById("cover").href);
  const hadFocus = record.contains(document.activeElement);
  record.replaceChildren(...covered.map((node) => node.cloneNode(true)));
  tellPeek();
  if (hadFocus) document.getElementById("show")?.focus({ preventScroll: true });
}

record.addEventListener("submit", (event) => {
  if (event.target.id !== "reveal") return;
  event.preventDefault();
  show("stay");
});
record.addEventListener("click", (event) => {
  if (event.target.id !== "cover") return;
  event.preventDefault();
  cover();
});
document.addEventListener("visibilitychange", () => document.hidden && cover());
window.addEventListener("blur", cover);

// The clause follows what is chosen, as long as nobody chose a clause by hand.
const clause = document.getElementById("id_clause");
let clauseIsChosen = false;
clause.addEventListener("change", () => { clauseIsChosen = true; });
decision.addEventListener("change", (event) => {
  if (event.target.name === "action") fit(event.target.value);
});

function fit(action) {
  const allows = (option) => option.dataset.actions.split(" ").includes(action);
  for (const part of decision.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== action;
  if (clauseIsChosen || allows(clause.selectedOptions[0])) return;
  const fitting = [...clause.options].find(allows);
  if (fitting) fitting.selected = true;
}

const chosen = () => decision.querySelector("[name=action]:checked");
fit(chosen()?.value ?? "");

function choose(number) {
  const radio = decision.querySelectorAll("[name=action]")[number - 1];
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

function help() {
  const list = document.getElementById("keys");
  list.open = !list.open;
  if (list.open) list.querySelector("summary").focus();
}

const isTyping = (target) => target.closest("textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable]");
const isPressed = (target) => target.closest("button, a, summary, [type=checkbox]");

function onKey(event) {
  const { key, target } = event;
  if (key >= "1" && key <= "5") return choose(Number(key));
  if (key === "?") return help();
  if (key === "b") return isShown() ? cover() : show("stay");
  if (key === "Escape") return cover();
  if (key === "u") return document.getElementById("undo")?.requestSubmit();
  if (isPressed(target)) return true; // Enter and Space do there what they always do
  if (key === "Enter" && chosen()) return decision.requestSubmit();
  if (key === " ") return void show("peek");
  return true;
}

region.addEventListener("keydown", (event) => {
  if (!keysBox.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target)) return;
  if (event.repeat) return void (wanted === "peek" && event.preventDefault());
  if (onKey(event) !== true) event.preventDefault();
});
region.addEventListener("keyup", (event) => {
  if (event.key === " " && wanted === "peek") cover();
});

keysBox.checked = localStorage.getItem(KEYS_SETTING) !== "off";
keysBox.addEventListener("change", () => {
  localStorage.setItem(KEYS_SETTING, keysBox.checked ? "on" : "off");
  tellPeek();
});
document.getElementById("keys").hidden = false;
tellPeek();
// Only on the way from one case to the next: a page just opened keeps the focus where it was.
if (document.querySelector("[data-decided]")) document.getElementById("case-title").focus();
