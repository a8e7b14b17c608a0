// A sheet that comes up from the bottom of a column: lists, forms.
import { button, el, freshId } from "./dom.js";

const STOPS = "button:not([disabled]), input, textarea, select, a[href]";

/** Open a sheet over a column; returns the function that closes it. */
export function openSheet(host, title, ...content) {
  host.querySelector(".sheet-cover")?.remove();
  const before = document.activeElement;
  const heading = freshId("sheet");
  const close = () => {
    cover.remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
  const head = el("div", { class: "sheet-head" }, el("h2", { id: heading }, title), button("✕", close, { "aria-label": "Close" }));
  const sheet = el("div", { class: "sheet", role: "dialog", "aria-modal": "true", "aria-labelledby": heading }, head, ...content);
  const cover = el("div", { class: "sheet-cover", onclick: (event) => event.target === cover && close() }, sheet);
  sheet.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Tab") keepInside(sheet, event);
  });
  host.append(cover);
  (sheet.querySelector(".sheet-body input, .sheet-body button") || sheet.querySelector(STOPS)).focus({ preventScroll: true });
  return close;
}

function keepInside(sheet, event) {
  const stops = [...sheet.querySelectorAll(STOPS)];
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const edge = event.shiftKey ? first : last;
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}

/** The rows of a WhatsApp list: choose one with its circle, then send, as on a phone. */
export function openList(host, list, onChoose) {
  let chosen = null;
  const choice = freshId("choice");
  const send = button("Send", () => chosen && (close(), onChoose(chosen)), { class: "primary", disabled: true });
  const sections = list.sections.map((section) => {
    const name = freshId("rows");
    const rows = section.rows.map((row) => {
      const words = el("span", {}, el("b", {}, row.title), row.description ? el("small", {}, row.description) : null);
      const choose = () => {
        chosen = row;
        send.disabled = false;
      };
      const radio = el("input", { type: "radio", name: choice, onchange: choose });
      const line = el("label", { class: "row", ondblclick: () => send.click() }, words, radio);
      radio.addEventListener("keydown", (event) => event.key === "Enter" && (choose(), send.click()));
      return line;
    });
    return el("fieldset", { "aria-labelledby": name }, section.title ? el("legend", { id: name }, section.title) : null, ...rows);
  });
  const close = openSheet(host, list.button, el("div", { class: "sheet-body rows" }, ...sections), el("div", { class: "sheet-foot" }, send));
}

/** A small form; `fields` are [name, label, value, type]; `onSubmit` gets the values by name. */
export function openForm(host, title, fields, action, onSubmit) {
  const inputs = fields.map(([name, label, value, type = "text", more = {}]) => {
    const input = el("input", { name, type, value: value ?? "", ...more });
    return el("label", { class: "field" }, label, input);
  });
  const form = el("form", { class: "sheet-body form" }, ...inputs, el("button", { class: "primary", type: "submit" }, action));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    close();
    onSubmit(Object.fromEntries(new FormData(form)));
  });
  const close = openSheet(host, title, form);
}

/** A cart by hand: product ids and quantities, and a note. */
export function openCart(host, remembered, onSend) {
  const rows = el("div", { class: "cart-rows" });
  const add = (product = "", quantity = 1) => {
    const id = el("input", { name: "product", placeholder: "product id", "aria-label": "Product id", value: product, autocomplete: "off" });
    const count = el("input", { name: "quantity", type: "number", min: "1", value: String(quantity), "aria-label": "Quantity" });
    const line = el("div", { class: "cart-row" }, id, "×", count, button("✕", () => line.remove(), { "aria-label": "Remove this line" }));
    rows.append(line);
  };
  for (const { product, quantity } of remembered.length ? remembered : [{ product: "", quantity: 1 }]) add(product, quantity);
  const note = el("input", { name: "note", placeholder: "note (may be empty)", "aria-label": "Note" });
  const form = el("form", { class: "sheet-body form" }, rows, button("Another line", () => add()), note, el("button", { type: "submit", class: "primary" }, "Send cart"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const lines = [...rows.children].map((line) => ({
      product: line.querySelector("[name=product]").value.trim(),
      quantity: Number(line.querySelector("[name=quantity]").value) || 1,
    }));
    const cart = lines.filter((line) => line.product);
    if (!cart.length) return;
    close();
    onSend(cart, note.value);
  });
  const close = openSheet(host, "Send a cart", form);
}
