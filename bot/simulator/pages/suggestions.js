// Command suggestions: what the bot registered for this chat, while one types "/".
import { get } from "./api.js";
import { el, freshId } from "./dom.js";

const SCOPES = {
  group: ["chat_member", "chat_administrators", "chat", "all_chat_administrators", "all_group_chats", "default"],
  private: ["chat", "all_private_chats", "default"],
};

export class Suggestions {
  /** `where()` tells { kind: "group" | "private", chat, user }; `pick(text)` writes into the composer. */
  constructor({ where, text, pick }) {
    Object.assign(this, { where, text, pick });
    this.id = freshId("commands");
    this.node = el("ul", { class: "suggestions", id: this.id, role: "listbox", "aria-label": "Commands", hidden: true });
    this.menus = [];
    this.at = 0;
  }

  async update() {
    const typed = this.text();
    if (!/^\/\w*$/.test(typed)) return this.hide();
    if (this.node.hidden) this.menus = (await get("/sim/telegram/commands").catch(() => ({ menus: [] }))).menus;
    if (!/^\/\w*$/.test(this.text())) return this.hide();
    this.found = this.commands().filter((item) => `/${item.command}`.startsWith(this.text()));
    this.at = 0;
    this.draw();
  }

  /** The menu that Telegram would show here: the narrowest scope that has one. */
  commands() {
    const { kind, chat, user } = this.where();
    for (const scope of SCOPES[kind]) {
      const fits = (menu) =>
        menu.scope.type === scope &&
        (menu.scope.chat_id === undefined || String(menu.scope.chat_id) === String(chat)) &&
        (menu.scope.user_id === undefined || String(menu.scope.user_id) === String(user));
      const menus = this.menus.filter(fits);
      const menu = menus.find((m) => !m.language_code) || menus[0];
      if (menu?.commands.length) return menu.commands;
    }
    return [];
  }

  draw() {
    this.node.hidden = !this.found.length;
    if (this.node.hidden) return this.hide();
    this.node.replaceChildren(
      ...this.found.map((item, index) =>
        el(
          "li",
          { role: "option", id: `${this.id}-${index}`, "aria-selected": String(index === this.at), onpointerdown: (event) => (event.preventDefault(), this.choose(index)) },
          el("b", {}, `/${item.command}`),
          el("span", {}, item.description),
        ),
      ),
    );
    this.node.children[this.at].scrollIntoView({ block: "nearest" });
    this.field?.setAttribute("aria-activedescendant", `${this.id}-${this.at}`);
  }

  choose(index) {
    const { command } = this.found[index];
    this.hide();
    this.pick(`/${command} `);
  }

  hide() {
    this.node.hidden = true;
    this.field?.removeAttribute("aria-activedescendant");
  }

  /** Arrows move, Tab takes, Enter takes what is not typed out yet; true when the key was ours. */
  onKey(event) {
    if (this.node.hidden) return false;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    const whole = this.text() === `/${this.found[this.at]?.command}`;
    if (event.key in moves) {
      this.at = (this.at + moves[event.key] + this.found.length) % this.found.length;
      this.draw();
    } else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !whole)) this.choose(this.at);
    else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    return true;
  }
}
