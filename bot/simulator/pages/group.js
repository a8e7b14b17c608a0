// The staff group: who you are in it, and which topic you look at.
import { TelegramChat } from "./chat.js";
import { button, el, initials, memory } from "./dom.js";

const PRESENT = ["creator", "administrator", "member", "restricted"];

export class Group {
  constructor(pane, onNews) {
    this.you = memory.get("you", null);
    this.chat = new TelegramChat(pane, { label: "the staff group", group: true, speaker: () => this.you, onNews });
    this.title = el("h2", {}, "Staff group");
    this.face = el("span", { class: "face", "aria-hidden": "true" });
    this.count = el("small", {});
    this.groups = el("select", { "aria-label": "Group", hidden: true, onchange: () => this.open(this.groups.value) });
    this.people = el("div", { class: "segments", role: "radiogroup", "aria-label": "You are" });
    this.topics = el("select", { "aria-label": "Topic", hidden: true, onchange: () => this.pickTopic(Number(this.topics.value)) });
    const head = el("div", { class: "pane-head" }, this.face);
    head.append(el("div", { class: "titles" }, this.title, el("div", {}, this.count, this.chat.typing)));
    this.places = el("div", { class: "places" }, this.groups, this.topics);
    this.places.hidden = true;
    const you = el("div", { class: "you" }, el("span", {}, "You are"), this.people);
    pane.append(head, this.places, you, ...this.chat.nodes);
    this.chat.thread.empty.textContent = "Quiet so far. Orders show up here as cards; type / for the commands.";
  }

  /** Learn of the world; opens the first group when none is open. */
  know(world) {
    this.users = new Map(world.users.map((user) => [user.id, user]));
    this.all = world.chats.filter((chat) => chat.channel === "telegram" && Number(chat.id) < 0 && chat.type !== "channel").sort((a, b) => a.title.localeCompare(b.title));
    this.groups.hidden = this.all.length < 2;
    this.places.hidden = this.groups.hidden && this.topics.hidden;
    this.groups.replaceChildren(...this.all.map((chat) => el("option", { value: String(chat.id) }, chat.title)));
    if (!this.all.length) this.chat.thread.empty.textContent = "No group yet. POST /sim/setup makes one.";
    if (this.current) return this.changed([this.all.find((chat) => chat.id === this.current.id)].filter(Boolean));
    const remembered = this.all.find((chat) => String(chat.id) === memory.get("group", ""));
    if (this.all.length) this.open(String((remembered || this.all[0]).id));
  }

  open(id) {
    memory.set("group", id);
    this.groups.value = id;
    this.current = this.all.find((chat) => String(chat.id) === id);
    this.describe();
    this.pickTopic(0);
    this.chat.open(`telegram:${id}`).catch((trouble) => this.chat.composer.show(trouble.message));
  }

  /** Chats changed: members and topics of ours may have. */
  changed(chats) {
    const ours = this.current && chats.find((chat) => chat.channel === "telegram" && chat.id === this.current.id);
    if (!ours) return;
    const same = JSON.stringify([ours.members, ours.topics, ours.title]) === JSON.stringify([this.current.members, this.current.topics, this.current.title]);
    this.current = ours;
    if (!same) this.describe();
  }

  describe() {
    const members = Object.entries(this.current.members).filter(([id, status]) => this.users.has(Number(id)) && PRESENT.includes(status));
    const people = members.map(([id]) => this.users.get(Number(id)));
    if (!people.some((user) => user.id === this.you)) this.you = (people.find((user) => this.current.members[user.id] === "member") || people[0])?.id ?? null;
    this.title.textContent = this.current.title;
    this.face.textContent = initials(this.current.title);
    this.count.textContent = `${people.length} people and the bot`;
    this.people.replaceChildren(...people.map((user) => this.segment(user)));
    const topics = this.current.topics || [];
    this.topics.hidden = !this.current.topics;
    this.places.hidden = this.topics.hidden && this.groups.hidden;
    const chosen = this.topics.value;
    this.topics.replaceChildren(el("option", { value: "0" }, "All topics"), ...topics.map((t) => el("option", { value: String(t.message_thread_id) }, t.name)));
    this.topics.value = [...this.topics.options].some((option) => option.value === chosen) ? chosen : "0";
  }

  segment(user) {
    const node = button(user.first_name, () => this.become(user.id), { role: "radio", "aria-checked": String(user.id === this.you), "data-user": user.id, tabindex: user.id === this.you ? "0" : "-1" });
    node.addEventListener("keydown", (event) => {
      const step = { ArrowRight: "nextElementSibling", ArrowLeft: "previousElementSibling" }[event.key];
      const next = step && node[step];
      if (next) (next.focus(), next.click());
    });
    return node;
  }

  become(id) {
    this.you = id;
    memory.set("you", id);
    for (const node of this.people.children) {
      const chosen = node.dataset.user === String(id);
      node.setAttribute("aria-checked", String(chosen));
      node.tabIndex = chosen ? 0 : -1;
    }
    for (const item of this.chat.thread.order) this.chat.thread.render(item);
  }

  pickTopic(topic) {
    this.chat.topic = topic;
    this.chat.thread.narrow((message) => !topic || message.thread === topic);
  }
}
