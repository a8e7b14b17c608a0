// A WhatsApp message as the customer sees it: the inside of a bubble, and what may be tapped.
import { attachment, cart, meta, person, place } from "./bubbles.js";
import { button, el, link } from "./dom.js";
import { marked } from "./prose.js";

/** `tap(message, choice)` and `openMenu(message)` act; the rest is looks. */
export function drawer({ tap, openMenu, grown, shop }) {
  return ({ message }) => {
    const mine = message.from === "customer";
    const author = mine ? "You" : shop();
    if (message.deleted) {
      const words = mine ? "You deleted this message" : "This message was deleted";
      return { mine, author, words, inside: [el("em", { class: "gone" }, `⊘ ${words}`), meta(message.at)] };
    }
    if (message.type === "system") return { service: true, words: "", inside: [(message.raw.system || {}).body || "The number changed"] };
    const under = mine ? null : choices(message, tap, openMenu);
    const inside = [...contents(message, grown), meta(message.at, state(message, mine))];
    return { mine, author, words: summary(message), inside, under, bare: message.type === "sticker", wide: Boolean(under) };
  };
}

function state(message, mine) {
  const title = mine ? `your message: ${message.status || "sent"}` : `what the business is told: ${message.status}`;
  return { edited: message.edited, status: mine ? message.status || "sent" : message.status, failure: message.failure, title };
}

function contents(message, grown) {
  const nodes = [];
  if (message.raw?.context?.forwarded) nodes.push(el("div", { class: "small" }, "↪ Forwarded"));
  if (typeof message.header === "string") nodes.push(el("b", { class: "head" }, message.header));
  else if (message.header) nodes.push(headFile(message.header, grown));
  if (message.file) nodes.push(attachment(message.file, grown));
  if (message.location) nodes.push(place(message.location, message.location.name, message.location.address));
  for (const card of message.contacts || []) nodes.push(person(card.name?.formatted_name, card.phones?.[0]?.phone));
  if (message.order) nodes.push(cart(message.order));
  else if (message.text && !message.location) nodes.push(el("div", { class: "body" }, ...marked(message.text)));
  if (!nodes.length) nodes.push(el("em", { class: "small" }, `[${message.type}]`));
  const products = message.raw?.interactive?.action?.product_retailer_id;
  if (products) nodes.push(el("div", { class: "small" }, `product ${products}`));
  if (message.footer) nodes.push(el("div", { class: "small" }, typeof message.footer === "string" ? message.footer : ""));
  return nodes;
}

function headFile(header, grown) {
  const kind = ["image", "video", "document"].find((name) => header[name]);
  const id = kind && header[kind].id;
  const file = { kind, mime: kind === "image" ? "image/*" : "", size: id ? 1 : 0, name: header[kind]?.filename || kind, link: header[kind]?.link };
  return attachment({ ...file, url: id ? `/sim/whatsapp/media/${encodeURIComponent(id)}` : "" }, grown);
}

function summary(message) {
  if (message.text) return message.text;
  if (message.file) return `📎 ${message.file.kind === "voice" ? "Voice note" : message.file.name || message.file.kind}`;
  if (message.location) return "📍 Location";
  if (message.order) return "🛒 Cart";
  return message.contacts ? "👤 Contact" : message.type;
}

function choices(message, tap, openMenu) {
  const nodes = message.buttons.map((choice) => button(`↩ ${choice.title}`, () => tap(message, choice)));
  if (message.list) nodes.push(button(`☰ ${message.list.button}`, () => openMenu(message), { "aria-haspopup": "dialog" }));
  if (message.link) nodes.push(el("span", { class: "url" }, link(`↗ ${message.link.display_text}`, message.link.url)));
  if (message.raw?.interactive?.type === "location_request_message") nodes.push(button("📍 Send location", () => openMenu(message)));
  return nodes.length ? el("div", { class: "choices" }, ...nodes) : null;
}

/** A reaction is a message of its own that belongs to another. */
export function aside(message) {
  if (message.type !== "reaction") return null;
  const { message_id: target, emoji } = message.raw.reaction || {};
  return { target, who: message.from === "customer" ? message.author : "business", emoji };
}
