"use strict";
// Names and texts come from strangers: everything is put in as text, never as markup.
const list = document.getElementById("chats");

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function row(chat) {
  const item = element("li");
  const link = element("a");
  link.href = `/chat/${chat.channel}/${encodeURIComponent(chat.id)}`;
  const initial = [...String(chat.title || "?")][0].toUpperCase();
  link.append(element("span", `badge ${chat.channel}`, initial), element("b", "", chat.title));
  const time = chat.at ? new Date(chat.at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : "";
  link.append(element("time", "", time));
  const place = chat.channel === "whatsapp" ? "WhatsApp" : "Telegram";
  link.append(element("small", "", `${place} ${chat.id} · ${chat.text || "…"}`));
  item.append(link);
  return item;
}

async function refresh() {
  try {
    const world = await (await fetch("/sim/chats")).json();
    list.replaceChildren(...world.chats.slice(0, 200).map(row));
    document.getElementById("empty").hidden = world.chats.length > 0;
    const numbers = world.numbers.map((n) => `${n.verified_name} ${n.display_phone_number}`);
    document.getElementById("summary").textContent = [...numbers, ...world.bots.map((b) => `@${b.username}`)].join(" · ");
  } catch {
    document.getElementById("summary").textContent = "the simulator has stopped";
  }
  setTimeout(refresh, 1500);
}

document.getElementById("new").addEventListener("submit", (event) => {
  event.preventDefault();
  location.href = `/chat/whatsapp/${document.getElementById("phone").value}`;
});
refresh();
