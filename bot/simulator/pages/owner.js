// The owner's private chat with the bot, or that of anybody else on Telegram.
import { TelegramChat } from "./chat.js";
import { el, initials, memory } from "./dom.js";

export class Owner {
  constructor(pane, onNews) {
    this.person = memory.get("person", null);
    this.chat = new TelegramChat(pane, { label: "the bot", group: false, speaker: () => this.person, onNews });
    this.title = el("h2", {}, "The bot");
    this.face = el("span", { class: "face", "aria-hidden": "true" });
    this.people = el("select", { "aria-label": "Whose chat", onchange: () => this.open(Number(this.people.value)) });
    const head = el("div", { class: "pane-head" }, this.face);
    head.append(el("div", { class: "titles" }, this.title, el("div", {}, el("small", {}, "private chat"), this.chat.typing)), this.people);
    pane.append(head, ...this.chat.nodes);
    this.chat.thread.empty.textContent = "Nothing said yet. Try /start, or type / for the commands.";
  }

  /** Learn of the world; the owner of the first group is who speaks first. */
  know(world) {
    this.title.textContent = world.bots[0]?.first_name || "The bot";
    this.face.textContent = initials(this.title.textContent);
    this.people.replaceChildren(...world.users.map((user) => el("option", { value: String(user.id) }, user.first_name)));
    if (!world.users.length) return;
    const groups = world.chats.filter((chat) => chat.members);
    const rank = (user) => Math.min(...groups.map((chat) => ["creator", "administrator"].indexOf(chat.members[user.id])).map((at) => (at < 0 ? 9 : at)), 9);
    const first = [...world.users].sort((a, b) => rank(a) - rank(b))[0];
    const known = world.users.some((user) => user.id === this.person);
    const wanted = known ? this.person : first.id;
    if (this.opened === wanted) this.people.value = String(wanted);
    else this.open(wanted);
  }

  open(id) {
    this.person = this.opened = id;
    memory.set("person", id);
    this.people.value = String(id);
    this.chat.open(`telegram:${id}`).catch((trouble) => this.chat.composer.show(trouble.message));
  }
}
