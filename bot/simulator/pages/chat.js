// A Telegram chat in a column: the staff group and the owner's chat differ only in who speaks.
import { say } from "./api.js";
import { Composer } from "./composer.js";
import { button, el } from "./dom.js";
import { openForm } from "./sheet.js";
import { Suggestions } from "./suggestions.js";
import { drawer } from "./telegram.js";
import { Thread } from "./thread.js";
import { Toasts } from "./toasts.js";

const BANGALORE = { latitude: "12.9716", longitude: "77.5946" };
const TYPING_MS = 5000;

export class TelegramChat {
  /** `speaker()` is the id of who speaks; `onNews(count)` hears of messages that came in. */
  constructor(pane, { label, group, speaker, onNews }) {
    Object.assign(this, { pane, group, speaker });
    this.toasts = new Toasts();
    this.typing = el("span", { class: "typing", hidden: true }, "typing…");
    this.thread = new Thread({
      label,
      draw: drawer({
        me: speaker,
        press: (message, key, node) => this.press(message, key, node),
        command: (text) => this.composer.say({ text: text.split(/\s/)[0], ...this.who() }),
        grown: () => this.thread.grown(),
        named: group,
      }),
      actions: (item) => this.actions(item),
      onNews: (items) => (this.afterNews(items), onNews(items.filter((item) => !item.mine).length)),
      onHappening: (event) => this.happened(event),
    });
    this.composer = new Composer(pane, {
      label: `Message to ${label}`,
      send: (body) => this.send(body),
      extras: [["📍", "Location", () => this.sendPlace()]],
      suggestions: undefined,
    });
    this.suggestions = new Suggestions({
      where: () => ({ kind: group ? "group" : "private", chat: this.chat?.split(":")[1], user: speaker() }),
      text: () => this.composer.field.value,
      pick: (text) => (this.composer.write(text), this.composer.field.focus()),
    });
    this.composer.suggestions = this.suggestions;
    this.suggestions.field = this.composer.field;
    for (const [name, value] of [["autocomplete", "list"], ["controls", this.suggestions.id]]) this.composer.field.setAttribute(`aria-${name}`, value);
    this.keys = el("div", { class: "reply-keys", hidden: true });
    this.composer.node.prepend(this.suggestions.node);
    this.composer.node.append(this.keys);
  }

  get nodes() {
    return [this.thread.node, this.toasts.node, this.composer.node];
  }

  async open(chat) {
    this.chat = chat;
    this.keys.hidden = true;
    await this.thread.open(chat);
    this.afterNews(this.thread.order);
  }

  who() {
    return this.group ? { from: this.speaker() } : {};
  }

  send(body) {
    return say(this.chat, { ...body, ...this.who(), ...(this.topic ? { thread: this.topic } : {}) });
  }

  async press(message, key, node) {
    node.classList.add("busy");
    setTimeout(() => node.classList.remove("busy"), 4000);
    this.pressed = node;
    await this.composer.say({ tap: key.data, message_id: message.message_id });
  }

  happened({ answer, action }) {
    if (answer && answer.user === this.speaker()) {
      this.pressed?.classList.remove("busy");
      this.toasts.show(answer.text, answer.alert);
    }
    if (action && Date.now() / 1000 - action.at < 5) this.showTyping(true);
  }

  showTyping(on) {
    clearTimeout(this.stillness);
    this.typing.hidden = !on;
    if (on) this.stillness = setTimeout(() => this.showTyping(false), TYPING_MS);
  }

  afterNews(items) {
    if (items.some((item) => item.message.bot)) this.showTyping(false);
    const last = items.findLast((item) => item.message.keyboard && (!this.group || !item.message.keyboard.selective));
    if (last) this.showKeys(last.message.keyboard);
  }

  /** A reply keyboard stands under the composer until the bot takes it away. */
  showKeys(markup) {
    const rows = markup.keyboard || [];
    this.keys.hidden = !rows.length;
    const key = (one) => button(one.text ?? one, () => this.pressReplyKey(one, markup));
    this.keys.replaceChildren(...rows.map((row) => el("div", { class: "keys" }, ...row.map(key))));
  }

  pressReplyKey(key, markup) {
    if (markup.one_time_keyboard) this.keys.hidden = true;
    if (key.request_location) return this.sendPlace();
    return this.composer.say({ text: key.text ?? key });
  }

  sendPlace() {
    const fields = [["name", "Name of the place", ""], ["latitude", "Latitude", BANGALORE.latitude], ["longitude", "Longitude", BANGALORE.longitude]];
    openForm(this.pane, "Send a location", fields, "Send", ({ name, latitude, longitude }) =>
      this.composer.say({ location: { name: name || undefined, latitude: Number(latitude), longitude: Number(longitude) } }),
    );
  }

  actions(item) {
    const { message } = item;
    const id = message.message_id;
    const react = (emoji) => [emoji, () => this.composer.say({ reaction: { to: id, emoji } })];
    const choices = [["Reply", () => this.composer.setMode({ label: "Reply to", words: item.words, reply: id })], react("👍"), react("❤"), ["Take reaction back", () => this.composer.say({ reaction: { to: id, emoji: "" } })]];
    const edit = (text) => ({ edit: { message_id: id, text } });
    if (item.mine && message.text) choices.push(["Edit", () => this.composer.setMode({ label: "Edit", words: message.text, edit })]);
    return choices;
  }
}
