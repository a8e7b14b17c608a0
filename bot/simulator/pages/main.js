// The page: three chats side by side, one stream of events.
import { world } from "./api.js";
import { Customer } from "./customer.js";
import { memory } from "./dom.js";
import { followList, start } from "./events.js";
import { Group } from "./group.js";
import { Owner } from "./owner.js";
import { Weather } from "./weather.js";

const PANES = ["customer", "group", "owner"];
const byId = (id) => document.getElementById(id);

const customer = new Customer(byId("customer"), (count) => unread("customer", count));
const group = new Group(byId("group"), (count) => unread("group", count));
const owner = new Owner(byId("owner"), (count) => unread("owner", count));
new Weather(byId("weather"), byId("weather-panel"));

/** On a narrow screen one column shows at a time. */
function choose(name, focus) {
  document.body.dataset.tab = name;
  memory.set("tab", name);
  for (const other of PANES) {
    const tab = byId(`tab-${other}`);
    tab.setAttribute("aria-selected", String(other === name));
    tab.tabIndex = other === name ? 0 : -1;
    if (other === name) delete tab.dataset.unread;
    if (other === name && focus) tab.focus();
  }
  ({ customer, group: group.chat, owner: owner.chat })[name].thread.toEnd();
  customer.look();
}

function unread(name, count) {
  const tab = byId(`tab-${name}`);
  if (!count || byId(name).offsetParent !== null) return;
  tab.dataset.unread = Math.min(Number(tab.dataset.unread || 0) + count, 99);
}

for (const [at, name] of PANES.entries()) {
  const tab = byId(`tab-${name}`);
  tab.addEventListener("click", () => choose(name));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: 2 }[event.key];
    if (step) choose(PANES[(at + step) % PANES.length], true);
  });
}
choose(PANES.includes(memory.get("tab", "")) ? memory.get("tab", "") : "customer");

async function learn() {
  const known = await world();
  const shop = known.bots[0]?.first_name || known.numbers[0]?.verified_name || "Munshi";
  byId("shop").textContent = shop;
  document.title = `${shop} · Munshi demo`;
  for (const part of [customer, group, owner]) part.know(known);
  return known;
}

let learning = 0;

followList((chats) => {
  customer.changed(chats);
  group.changed(chats);
  const strangers = chats.some((chat) => chat.channel === "telegram" && !group.users?.has(chat.id) && !group.all?.some((one) => one.id === chat.id));
  clearTimeout(learning);
  if (strangers) learning = setTimeout(learn, 1000);
});

function showLine(live) {
  const line = byId("line");
  line.textContent = live ? "live" : "the simulator does not answer; trying again…";
  line.classList.toggle("off", !live);
}

async function begin() {
  try {
    const { last } = await learn();
    showLine(true);
    start(last, showLine);
  } catch {
    showLine(false);
    setTimeout(begin, 1500);
  }
}

begin();
