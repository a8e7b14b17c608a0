"use strict";
// Names and texts come from strangers: everything is put in as text, never as markup.
const [, , channel, rawId] = location.pathname.split("/");
const id = decodeURIComponent(rawId);
const base = `/sim/${channel}/${encodeURIComponent(id)}`;
const box = document.getElementById("messages");
const who = document.getElementById("who");
const shown = new Map();
let last = 0;

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function notice(text) {
  const line = document.getElementById("notice");
  line.textContent = text;
  line.hidden = !text;
}

async function say(body) {
  if (!who.hidden) body.from = who.value;
  notice("");
  const answer = await fetch(`${base}/say`, { method: "POST", body: JSON.stringify(body) });
  const result = await answer.json();
  if (!answer.ok) notice(result.error);
  else if (result.delivered === false) notice(`not delivered yet (${result.status || "nobody answers"}); if the app has a webhook, it is tried again`);
}

function button(label, value, message, description) {
  const node = element("button", "", label);
  node.type = "button";
  if (description) node.append(element("small", "", description));
  const body = channel === "telegram" ? { tap: value, message_id: message.message_id } : { tap: value, message: message.id };
  node.addEventListener("click", () => say(body));
  return node;
}

function link(label, address) {
  const node = element("a", "", label);
  if (/^https?:\/\//.test(address)) node.href = address;
  node.rel = "noopener noreferrer";
  node.target = "_blank";
  return node;
}

function choices(message) {
  const node = element("div", "choices");
  if (message.deleted) return node;
  if (channel === "telegram") {
    for (const row of message.buttons) {
      const line = element("div");
      line.append(...row.map((b) => (b.data ? button(b.text, b.data, message) : link(b.text, b.url || ""))));
      node.append(line);
    }
    return node;
  }
  if (message.from === "business") node.append(...message.buttons.map((b) => button(b.title, b.id, message)));
  if (message.list) node.append(menu(message));
  if (message.link) node.append(link(message.link.display_text, message.link.url));
  return node;
}

function menu(message) {
  const node = element("details");
  node.append(element("summary", "", message.list.button));
  for (const section of message.list.sections) {
    if (section.title) node.append(element("h3", "", section.title));
    node.append(...section.rows.map((r) => button(r.title, r.id, message, r.description)));
  }
  return node;
}

function attachment(file) {
  if (!file.url) return element("div", "small", `📎 ${file.link || file.id}`);
  if (/^image\/(png|jpeg|webp|gif)$/.test(file.mime)) {
    const picture = element("img");
    picture.src = file.url;
    picture.alt = file.name;
    picture.addEventListener("load", () => (box.scrollTop = box.scrollHeight));
    return picture;
  }
  const node = element("div");
  const anchor = element("a", "", `📎 ${file.name} (${Math.ceil(file.size / 1024)} KB)`);
  anchor.href = file.url;
  anchor.download = file.name;
  node.append(anchor);
  return node;
}

function quoted(reply) {
  const found = [...shown.values()].find((s) => s.key === String(reply));
  return element("div", "quote", found ? found.text.slice(0, 90) : "an earlier message");
}

function extras(message) {
  const parts = [];
  if (message.location) {
    const place = message.location;
    parts.push(`📍 ${[place.address, `${place.latitude}, ${place.longitude}`].filter(Boolean).join(" · ")}`);
  }
  if (message.order) {
    for (const p of message.order.product_items) parts.push(`🛒 ${p.quantity} × ${p.product_retailer_id} (${p.item_price} ${p.currency})`);
  }
  if (message.contact) parts.push(`👤 ${message.contact.first_name} ${message.contact.phone_number}`);
  for (const card of message.contacts || []) parts.push(`👤 ${(card.name || {}).formatted_name || ""}`);
  for (const r of message.reactions || []) parts.push(r.emoji || "");
  if (message.footer) parts.push(message.footer);
  return parts.map((text) => element("div", "small", text));
}

function meta(message) {
  const time = new Date(message.at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const marks = { sent: "✓", delivered: "✓✓", read: "✓✓ read", accepted: "…", failed: `failed ${message.failure || ""}` };
  const status = message.from === "business" ? marks[message.status] || "" : "";
  const words = [message.deleted ? "deleted" : "", message.edited ? "edited" : "", time, status].filter(Boolean);
  return element("div", `meta ${message.status === "failed" ? "failed" : ""}`, words.join(" · "));
}

function bubble(message) {
  const mine = channel === "whatsapp" ? message.from === "customer" : !message.bot;
  const node = element("div", `message ${mine ? "mine" : ""} ${message.service ? "service" : ""} ${message.deleted ? "deleted" : ""}`);
  if (channel === "telegram" && id.startsWith("-")) node.append(element("div", "who", message.name || ""));
  if (message.reply_to) node.append(quoted(message.reply_to));
  if (typeof message.header === "string") node.append(element("b", "", message.header));
  if (message.file) node.append(attachment(message.file));
  const text = message.service ? message.service.replaceAll("_", " ") : message.text;
  if (text) node.append(element("div", "body", text));
  node.append(...extras(message), choices(message), meta(message));
  return node;
}

function show(message) {
  const key = String(message.id || message.message_id);
  const node = bubble(message);
  const known = shown.get(key);
  if (known) known.node.replaceWith(node);
  else box.append(node);
  shown.set(key, { key, node, text: message.text || "" });
}

async function follow() {
  for (;;) {
    try {
      const news = await (await fetch(`${base}/messages?after=${last}&wait=20`)).json();
      if (news.error) notice(news.error);
      for (const message of news.messages || []) show(message);
      if ((news.messages || []).length) box.scrollTop = box.scrollHeight;
      last = news.last ?? last;
      if (!news.messages) await new Promise((done) => setTimeout(done, 2000));
    } catch {
      notice("the simulator does not answer");
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}

async function introduce() {
  const world = await (await fetch("/sim/chats")).json();
  const chat = world.chats.find((c) => c.channel === channel && String(c.id) === id);
  document.getElementById("title").textContent = chat ? chat.title : id;
  document.title = document.getElementById("title").textContent;
  document.getElementById("about").textContent = `${channel === "whatsapp" ? "WhatsApp" : "Telegram"} ${id}`;
  if (!chat || channel !== "telegram" || chat.type === "private") return;
  const names = new Map(world.users.map((u) => [String(u.id), u.first_name]));
  for (const [user, status] of Object.entries(chat.members)) {
    if (!names.has(user) || status === "left" || status === "kicked") continue;
    const option = element("option", "", `${names.get(user)} (${status})`);
    option.value = user;
    who.append(option);
  }
  who.hidden = who.options.length === 0;
}

document.getElementById("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = document.getElementById("text");
  if (field.value.trim()) say({ text: field.value });
  field.value = "";
});
document.getElementById("file").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (!file) return;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
  await say({ file: { name: file.name, mime: file.type || undefined, base64: btoa(binary), caption: document.getElementById("text").value } });
  document.getElementById("text").value = "";
  event.target.value = "";
});
introduce().then(follow);
