// A Telegram message: the inside of a bubble, and its inline keyboard laid out by rows.
import { attachment, meta, person, place } from "./bubbles.js";
import { button, el, link } from "./dom.js";
import { withEntities } from "./prose.js";

const SERVICES = {
  new_chat_members: (raw) => `${names(raw.new_chat_members)} joined`,
  left_chat_member: (raw) => `${names([raw.left_chat_member])} left`,
  migrate_to_chat_id: () => "The group became a supergroup",
  migrate_from_chat_id: () => "The group became a supergroup",
  forum_topic_created: (raw) => `Topic “${raw.forum_topic_created.name}” was created`,
  forum_topic_edited: (raw) => `The topic is now “${raw.forum_topic_edited.name}”`,
  forum_topic_closed: () => "The topic was closed",
  forum_topic_reopened: () => "The topic was opened again",
};
const HUES = 7;

function names(people) {
  return (people || []).map((user) => user?.first_name || "Somebody").join(", ");
}

/** `me()` is the id of who looks; `press(message, button, node)` taps; `command(text)` says a command. */
export function drawer({ me, press, command, grown, named }) {
  return ({ message }) => {
    const mine = message.from === me();
    const author = message.name || "Somebody";
    if (message.deleted) return { mine, author, words: "", inside: [el("em", { class: "gone" }, "⊘ deleted"), meta(message.at)] };
    if (message.service) return { service: true, words: "", inside: [SERVICES[message.service]?.(message.raw) || message.service.replaceAll("_", " ")] };
    const head = named && !mine ? el("div", { class: `author hue-${Math.abs(message.from || 0) % HUES}` }, author, ...(message.bot ? [" ", el("span", { class: "badge" }, "bot")] : [])) : null;
    const inside = [...contents(message, command, grown), meta(message.at, { edited: message.edited })];
    const under = keyboard(message, press);
    return { mine, author, words: summary(message), head, inside, under, bare: message.file?.kind === "sticker", wide: Boolean(under) };
  };
}

function contents(message, command, grown) {
  const nodes = [];
  if (message.raw.forward_origin) nodes.push(el("div", { class: "small" }, "↪ Forwarded"));
  if (message.file) nodes.push(attachment(message.file, grown));
  if (message.location) nodes.push(place(message.location, message.venue?.title, message.venue?.address));
  if (message.contact) nodes.push(person(message.contact.first_name, message.contact.phone_number));
  if (message.text) nodes.push(el("div", { class: "body" }, ...withEntities(message.text, message.entities, command)));
  return nodes.length ? nodes : [el("em", { class: "small" }, "[a message of another kind]")];
}

function summary(message) {
  if (message.text) return message.text;
  if (message.file) return `📎 ${message.file.name || message.file.kind}`;
  return message.location ? "📍 Location" : message.contact ? "👤 Contact" : "";
}

function keyboard(message, press) {
  if (!message.buttons.length) return null;
  const rows = message.buttons.map((row) => el("div", { class: "keys" }, ...row.map((key) => inlineKey(message, key, press))));
  return el("div", { class: "keyboard" }, ...rows);
}

function inlineKey(message, key, press) {
  if (key.url) return el("span", { class: "url" }, link(`${key.text} ↗`, key.url));
  const node = button(key.text, () => press(message, key, node), { disabled: !key.data });
  return node;
}
