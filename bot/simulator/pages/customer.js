// A customer's WhatsApp phone: who holds it, what they say and tap, and the marks that they read.
import { post, say } from "./api.js";
import { Composer } from "./composer.js";
import { button, el, initials, memory } from "./dom.js";
import { openCart, openForm, openList } from "./sheet.js";
import { Thread } from "./thread.js";
import { aside, drawer } from "./whatsapp.js";

const FIRST = { phone: "919800000001", name: "Asha" };
const TYPING_MS = 25000;
const LOOKING_MS = 900;

export class Customer {
  constructor(pane, onNews) {
    Object.assign(this, { pane });
    this.own = memory.get("customers", [FIRST]);
    this.known = new Map();
    this.typing = el("span", { class: "typing", hidden: true }, "typing…");
    this.title = el("h2", {}, "The shop");
    this.face = el("span", { class: "face", "aria-hidden": "true" });
    this.list = el("select", { "aria-label": "Customer", onchange: () => this.open(this.list.value) });
    const head = el("div", { class: "pane-head" }, this.face);
    head.append(el("div", { class: "titles" }, this.title, el("div", {}, el("small", {}, "business account"), this.typing)));
    head.append(this.list, button("+", () => this.askNew(), { class: "round", "aria-label": "New customer", title: "New customer" }));
    this.thread = new Thread({
      label: "Chat with the shop",
      draw: drawer({
        tap: (message, choice) => this.composer.say({ tap: choice.id, message: message.id }),
        openMenu: (message) => this.openMenu(message),
        grown: () => this.thread.grown(),
        shop: () => this.title.textContent,
      }),
      aside,
      actions: (item) => this.actions(item),
      onNews: (items) => (this.afterNews(items), onNews(items.filter((item) => !item.mine).length)),
      onChange: () => this.watchTyping(),
    });
    this.thread.empty.textContent = "Say hi to the shop.";
    this.composer = new Composer(pane, {
      label: "Message to the shop",
      send: (body) => this.send(body),
      extras: [
        ["📍", "Location", () => this.sendPlace()],
        ["🛒", "Cart from the catalogue", () => this.sendCart()],
        ["👤", "Contact", () => this.sendContact()],
      ],
    });
    pane.append(head, this.thread.node, this.composer.node);
    document.addEventListener("visibilitychange", () => this.look());
    pane.addEventListener("pointerdown", () => this.look());
  }

  know(world) {
    this.title.textContent = world.bots[0]?.first_name || world.numbers[0]?.verified_name || "The shop";
    this.face.textContent = initials(this.title.textContent);
    this.changed(world.chats);
    const wanted = memory.get("customer", FIRST.phone);
    if (!this.phone) this.open(this.people().some((p) => p.phone === wanted) ? wanted : this.people()[0].phone);
  }

  /** Chats changed: there may be customers whom we did not know. */
  changed(chats) {
    const before = JSON.stringify(this.people());
    for (const chat of chats) {
      if (chat.channel === "whatsapp" && chat.type === "private") this.known.set(String(chat.id), chat.title);
    }
    if (JSON.stringify(this.people()) !== before || !this.list.options.length) this.drawList();
  }

  people() {
    const own = this.own.map(({ phone, name }) => ({ phone, name: this.known.get(phone) || name }));
    const others = [...this.known].filter(([phone]) => !this.own.some((one) => one.phone === phone)).slice(-100);
    return [...own, ...others.map(([phone, name]) => ({ phone, name }))];
  }

  drawList() {
    this.list.replaceChildren(...this.people().map(({ phone, name }) => el("option", { value: phone }, `${name} · ${phone.slice(-4)}`)));
    if (this.phone) this.list.value = this.phone;
    this.list.title = this.phone ? `+${this.phone}` : "";
  }

  open(phone) {
    this.phone = phone;
    memory.set("customer", phone);
    this.drawList();
    this.showTyping(false);
    this.thread.open(`whatsapp:${phone}`).then(() => this.look()).catch((trouble) => this.composer.show(trouble.message));
  }

  askNew() {
    const random = `9198${String(Math.floor(Math.random() * 1e8)).padStart(8, "0")}`;
    const fields = [["name", "Name", "", "text", { required: true, maxlength: "80" }], ["phone", "Phone, with the country code", random, "tel", { required: true, pattern: "[+0-9 \\-]{7,20}" }]];
    openForm(this.pane, "New customer", fields, "Start chatting", ({ name, phone }) => {
      const digits = phone.replace(/\D/g, "");
      this.own = [...this.own.filter((one) => one.phone !== digits), { phone: digits, name }];
      memory.set("customers", this.own);
      this.open(digits);
      this.composer.field.focus();
    });
  }

  send(body) {
    const fresh = !this.known.has(this.phone) && this.own.find((one) => one.phone === this.phone);
    return say(`whatsapp:${this.phone}`, fresh ? { name: fresh.name, ...body } : body);
  }

  openMenu(message) {
    if (!message.list) return this.sendPlace();
    openList(this.pane, message.list, (row) => this.composer.say({ tap: row.id, message: message.id }));
  }

  sendPlace() {
    const fields = [["name", "Name of the place", "Home"], ["address", "Address", "12, 4th Cross, Indiranagar"], ["latitude", "Latitude", "12.9716"], ["longitude", "Longitude", "77.5946"]];
    openForm(this.pane, "Send your location", fields, "Send", ({ name, address, latitude, longitude }) =>
      this.composer.say({ location: { latitude: Number(latitude), longitude: Number(longitude), name: name || undefined, address: address || undefined } }),
    );
  }

  sendCart() {
    openCart(this.pane, memory.get("cart", []), (cart, note) => {
      memory.set("cart", cart);
      this.composer.say({ cart, note });
    });
  }

  sendContact() {
    const fields = [["name", "Name", "", "text", { required: true }], ["phone", "Phone", "+91", "tel", { required: true }]];
    openForm(this.pane, "Send a contact", fields, "Send", (contact) => this.composer.say({ contact }));
  }

  actions(item) {
    const { id, type } = item.message;
    const react = (emoji) => [emoji, () => this.composer.say({ reaction: { to: id, emoji } })];
    const choices = [["Reply", () => this.composer.setMode({ label: "Reply to", words: item.words, reply: id })], react("👍"), react("❤️"), ["Take reaction back", () => this.composer.say({ reaction: { to: id } })]];
    const edit = (text) => ({ edit: { id, text } });
    if (item.mine && type === "text") choices.push(["Edit", () => this.composer.setMode({ label: "Edit", words: item.words, edit })]);
    if (item.mine) choices.push(["Delete", () => this.composer.say({ delete: { id } })]);
    return choices;
  }

  afterNews(items) {
    if (items.some((item) => !item.mine)) this.showTyping(false);
    this.look();
  }

  /** Typing is shown on the customer's own message: the business sends it with the read mark. */
  watchTyping() {
    const last = this.thread.order.at(-1);
    const on = last?.mine && last.message.status === "typing" && this.thread.order.length > 0;
    if (on && this.typing.hidden && this.typedFor !== last.id) {
      this.typedFor = last.id;
      this.showTyping(true);
    }
  }

  showTyping(on) {
    clearTimeout(this.stillness);
    this.typing.hidden = !on;
    if (on) this.stillness = setTimeout(() => this.showTyping(false), TYPING_MS);
  }

  /** Whoever looks at the chat has read it: the business is told, as a phone does. */
  look() {
    clearTimeout(this.looking);
    this.looking = setTimeout(() => {
      const seen = document.visibilityState === "visible" && this.pane.offsetParent !== null;
      const unread = this.thread.order.some(({ message }) => message.from === "business" && !["read", "failed"].includes(message.status));
      if (seen && unread) post(`/sim/whatsapp/${this.phone}/read`, {}).catch(() => {});
    }, LOOKING_MS);
  }
}
