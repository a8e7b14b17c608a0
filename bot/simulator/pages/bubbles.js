// What both platforms' bubbles have in common: quotes, files, places, people, carts, times and ticks.
import { button, clock, el, link } from "./dom.js";

const TICKS = { accepted: "◷", sent: "✓", delivered: "✓✓", read: "✓✓", typing: "✓✓", failed: "!" };

export function attachment(file, onload) {
  if (!file.url || !file.size) return el("div", { class: "file" }, "📎 ", link(file.link || file.name || file.id || "a file", file.link));
  const name = file.name || "a file";
  if (/^image\//.test(file.mime)) {
    const picture = el("img", { class: file.kind === "sticker" ? "sticker" : "picture", src: file.url, alt: name, onload });
    picture.addEventListener("error", () => ((picture.closest("a") || picture).replaceWith(download(file, name)), onload?.()));
    return el("a", { href: file.url, target: "_blank", rel: "noopener noreferrer", "aria-label": `Open ${name}` }, picture);
  }
  if (/^audio\//.test(file.mime) || file.kind === "voice") {
    const player = el("audio", { controls: true, preload: "none", src: file.url });
    return el("div", { class: "file" }, el("span", { class: "small" }, `${file.kind === "voice" ? "🎤 Voice note" : "🎵 " + name}`), player);
  }
  if (/^video\//.test(file.mime)) return el("video", { class: "picture", controls: true, preload: "metadata", src: file.url });
  return download(file, name);
}

function download(file, name) {
  const about = `${(name.split(".").pop() || "file").toUpperCase().slice(0, 5)} · ${size(file.size)}`;
  const words = el("span", {}, el("b", {}, name), el("small", {}, about));
  return el("a", { class: "document", href: file.url, download: name }, el("span", { class: "icon", "aria-hidden": "true" }, "📄"), words);
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

export function place(location, title, address) {
  const at = `${location.latitude}, ${location.longitude}`;
  const words = el("span", {}, el("b", {}, title || "Location"), el("small", {}, [address, at].filter(Boolean).join(" · ")));
  return el("div", { class: "document" }, el("span", { class: "icon", "aria-hidden": "true" }, "📍"), words);
}

export function person(name, phone) {
  const words = el("span", {}, el("b", {}, name || "Contact"), el("small", {}, phone || ""));
  return el("div", { class: "document" }, el("span", { class: "icon", "aria-hidden": "true" }, "👤"), words);
}

export function cart(order) {
  const lines = (order.product_items || []).map((item) => el("li", {}, `${item.quantity} × ${item.product_retailer_id}`));
  return el("div", { class: "cart" }, el("b", {}, "🛒 Cart"), el("ul", {}, ...lines), order.text ? el("p", {}, order.text) : null);
}

/** The message that is answered, in short; a click goes there. */
export function quote(target, goTo) {
  const words = target ? target.words || "a message" : "an earlier message";
  const shown = el("span", {}, target?.author ? el("b", {}, target.author) : null, words.slice(0, 120));
  return button(shown, goTo, { class: "quote", "aria-label": `Answers: ${words}` });
}

export function meta(at, { edited, status, failure, title } = {}) {
  const tick = status && TICKS[status]
    ? el("span", { class: `tick ${status === "typing" ? "read" : status}`, title: title || status, role: "img", "aria-label": status }, TICKS[status])
    : null;
  const words = [edited ? "edited" : "", failure ? `failed (${failure})` : "", clock(at)].filter(Boolean).join(" · ");
  return el("div", { class: "meta" }, words, tick);
}

export function reactions(emojis) {
  const counted = new Map();
  for (const emoji of emojis.filter(Boolean)) counted.set(emoji, (counted.get(emoji) || 0) + 1);
  if (!counted.size) return null;
  const words = [...counted].map(([emoji, count]) => (count > 1 ? `${emoji} ${count}` : emoji));
  return el("div", { class: "reactions", "aria-label": "Reactions" }, words.join(" "));
}
