// The messages of one chat: the newest 200, more on demand, each put in its place and replaced when it changes.
import { history } from "./api.js";
import { quote, reactions } from "./bubbles.js";
import { button, el, freshId, walkable } from "./dom.js";
import { follow, rewind } from "./events.js";

const SHOWN = 200;
const NEAR_PX = 80;

export class Thread {
  /** `draw(item, thread)` makes the inside of a bubble; `drawn.mine`, `.words`, `.author`, `.service` describe it. */
  constructor({ label, draw, aside, actions, onNews, onChange, onHappening }) {
    Object.assign(this, { draw, aside, actions, onNews, onChange, onHappening });
    this.earlier = button("Earlier messages", () => this.loadEarlier(), { class: "earlier", hidden: true });
    this.list = el("div", { class: "bubbles" });
    this.empty = el("p", { class: "empty" });
    this.box = el("div", { class: "thread", role: "log", "aria-label": label, tabindex: "0" }, this.earlier, this.empty, this.list);
    this.box.addEventListener("keydown", (event) => this.onKey(event));
    this.jump = button("↓", () => this.toEnd(), { class: "jump", "aria-label": "To the newest message", hidden: true });
    this.box.addEventListener("scroll", () => this.atEnd() && (this.jump.hidden = true), { passive: true });
    this.node = el("div", { class: "thread-frame" }, this.box, this.jump);
    this.filter = () => true;
    this.forget();
  }

  forget() {
    this.items = new Map();
    this.order = [];
    this.emojis = new Map();
    this.list.replaceChildren();
    this.earlier.hidden = true;
  }

  async open(chat) {
    this.chat = chat;
    this.leave?.();
    this.forget();
    this.leave = follow(chat, (events) => this.take(events));
    const told = await history(chat);
    if (this.chat !== chat) return;
    this.put(told.events, { quiet: true });
    this.earlier.hidden = !told.earlier;
    this.toEnd();
    rewind(told.last);
  }

  async loadEarlier() {
    const first = this.order[0]?.made || 0;
    const told = await history(this.chat, first);
    const height = this.box.scrollHeight - this.box.scrollTop;
    this.put(told.events, { quiet: true, all: true });
    this.earlier.hidden = !told.earlier;
    this.box.scrollTop = this.box.scrollHeight - height;
  }

  take(events) {
    const stay = this.atEnd();
    const messages = events.filter((event) => event.message);
    const fresh = this.put(messages, {});
    for (const event of events) if (!event.message) this.onHappening?.(event);
    if (stay) {
      this.trim();
      this.toEnd();
    } else if (fresh.length) this.jump.hidden = false;
    if (fresh.length) this.onNews?.(fresh);
    this.onChange?.();
  }

  /** Put messages in their places; returns those that were not there before. */
  put(events, { quiet, all }) {
    const fresh = [];
    const first = this.order[0]?.made || 0;
    const wanted = all ? events : events.slice(-2 * SHOWN);
    for (const { made, n, message } of wanted) {
      const id = String(message.id ?? message.message_id);
      const aside = this.aside?.(message);
      if (aside) {
        this.noteReaction(aside, quiet);
        continue;
      }
      const known = this.items.get(id);
      if (known && known.marked >= n) continue;
      if (!known && !all && made < first && !this.earlier.hidden) continue;
      const item = known || { id, made };
      const edited = known && known.message.n !== message.n;
      Object.assign(item, { marked: n, message });
      this.items.set(id, item);
      if (!known) {
        this.insert(item);
        fresh.push(item);
      }
      this.render(item);
      if (edited && !quiet) this.flash(item);
    }
    this.empty.hidden = this.order.length > 0;
    return fresh;
  }

  insert(item) {
    let at = this.order.length;
    while (at > 0 && this.order[at - 1].made > item.made) at -= 1;
    item.node = el("div", { id: freshId("message") });
    this.list.insertBefore(item.node, this.order[at]?.node || null);
    this.order.splice(at, 0, item);
  }

  render(item) {
    const { message } = item;
    const drawn = this.draw(item, this);
    Object.assign(item, { words: drawn.words, author: drawn.author, mine: drawn.mine });
    const kinds = [drawn.service ? "service" : "bubble", drawn.mine && "mine", message.deleted && "deleted", drawn.bare && "bare", drawn.wide && "wide"];
    const node = el("div", { class: ["message", drawn.mine && "mine", drawn.service && "service", drawn.under && "keyed"].filter(Boolean).join(" "), id: item.node.id });
    const answered = message.reply_to && !drawn.service && !message.deleted ? this.quoted(message.reply_to) : null;
    const bubble = el("div", { class: kinds.filter(Boolean).join(" ") }, drawn.head, answered, ...drawn.inside);
    const marks = reactions([...(this.emojis.get(item.id)?.values() || []), ...(message.reactions || []).map((r) => r.emoji)]);
    node.append(bubble);
    if (drawn.under) node.append(drawn.under);
    if (marks) node.append(marks);
    if (!drawn.service && !message.deleted) bubble.append(this.menu(item));
    node.hidden = !this.filter(message);
    this.swap(item, node);
  }

  /** Put a message drawn anew in the place of the old one: what plays, is loaded, open or in focus there stays so. */
  swap(item, node) {
    const old = item.node;
    const stops = (from) => [...from.querySelectorAll("button, a[href]")];
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const media = [...old.querySelectorAll("img, audio, video")];
    for (const fresh of node.querySelectorAll("img, audio, video")) {
      const same = media.find((one) => one.getAttribute("src") === fresh.getAttribute("src"));
      if (same) fresh.replaceWith(same);
    }
    const menu = old.querySelector(".menu");
    if (menu) node.querySelector(".more")?.after(menu);
    old.replaceWith(node);
    item.node = node;
    if (!focused || node.contains(focused)) return focused?.focus({ preventScroll: true });
    const again = stops(node).find((stop) => stop.textContent === focused.textContent); // a second Enter must not press another
    (again || node.querySelector(".more") || this.box).focus({ preventScroll: true });
  }

  menu(item) {
    const open = button("⌄", () => this.toggleMenu(item, open), { class: "more", tabindex: "-1", "aria-label": `Actions: ${(item.words || "a message").slice(0, 60)}`, "aria-haspopup": "menu", "aria-expanded": "false" });
    return open;
  }

  /** The arrow keys go from message to message (their actions), so that Tab does not stop at each. */
  onKey(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || (event.target !== this.box && !event.target.matches(".more"))) return;
    const stops = [...this.list.querySelectorAll(".message:not([hidden]) .more")];
    const at = stops.indexOf(event.target);
    const next = at < 0 ? stops.at(-1) : stops[at + step];
    event.preventDefault();
    next?.focus();
  }

  toggleMenu(item, open) {
    const old = this.list.querySelector(".menu");
    old?.remove();
    if (old && old.parentNode === null && old.dataset.of === item.id) return;
    const choices = this.actions(item).map(([label, run]) => button(label, () => (close(), run()), { role: "menuitem" }));
    const menu = el("div", { class: "menu", role: "menu", "data-of": item.id }, ...choices);
    const close = () => {
      menu.remove();
      open.setAttribute("aria-expanded", "false");
      document.removeEventListener("pointerdown", outside);
    };
    const outside = (event) => !menu.contains(event.target) && !event.target.closest?.(".more") && close();
    menu.addEventListener("keydown", (event) => event.key === "Escape" && (close(), item.node.querySelector(".more")?.focus()));
    walkable(menu);
    document.addEventListener("pointerdown", outside);
    open.setAttribute("aria-expanded", "true");
    open.after(menu);
    menu.scrollIntoView({ block: "nearest" });
    choices[0]?.focus({ preventScroll: true });
  }

  quoted(id) {
    const target = this.items.get(String(id));
    return quote(target, () => {
      if (!target) return;
      target.node.scrollIntoView({ block: "center", behavior: "smooth" });
      this.flash(target);
    });
  }

  noteReaction({ target, who, emoji }, quiet) {
    if (!this.emojis.has(target)) this.emojis.set(target, new Map());
    this.emojis.get(target).set(who, emoji || "");
    const item = this.items.get(target);
    if (!item) return;
    this.render(item);
    if (!quiet) this.flash(item);
  }

  flash(item) {
    item.node.classList.add("flash");
    setTimeout(() => item.node.classList.remove("flash"), 1600);
  }

  /** Show only what the filter lets through (a topic). */
  narrow(filter) {
    this.filter = filter;
    for (const item of this.order) item.node.hidden = !filter(item.message);
    this.toEnd();
  }

  trim() {
    if (this.order.length <= SHOWN * 1.5) return;
    for (const item of this.order.splice(0, this.order.length - SHOWN)) {
      item.node.remove();
      this.items.delete(item.id);
    }
    this.earlier.hidden = false;
  }

  atEnd() {
    return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < NEAR_PX;
  }

  toEnd() {
    this.box.scrollTop = this.box.scrollHeight;
    this.jump.hidden = true;
  }

  /** A picture came in and made its bubble taller: stay at the end if we were there. */
  grown = () => {
    if (this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 420) this.toEnd();
  };
}
