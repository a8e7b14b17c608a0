// Where one writes: text, files by button or drop, and whatever else a platform lets one send.
import { packed } from "./api.js";
import { button, el, walkable } from "./dom.js";

const LARGEST = 75 * 1024 * 1024;

export class Composer {
  /** `send(body)` says it and throws when that is refused; `extras` are [icon, label, run] of the attach menu. */
  constructor(pane, { send, extras = [], suggestions, label }) {
    Object.assign(this, { pane, send, suggestions });
    this.field = el("textarea", { rows: "1", placeholder: "Message", "aria-label": label, autocomplete: "off" });
    this.about = el("div", { class: "about", hidden: true });
    this.notice = el("p", { class: "notice", role: "status", hidden: true });
    this.file = this.picker({}, {});
    this.voice = this.picker({ accept: "audio/*,.ogg,.opus" }, { kind: "voice" });
    this.plus = button("+", () => this.toggleExtras(), { class: "round", "aria-label": "Attach", "aria-haspopup": "menu", "aria-expanded": "false" });
    this.choices = [
      ["📎", "Photo or file", () => this.file.click()],
      ["🎤", "A file as voice note", () => this.voice.click()],
      ...extras,
    ];
    const submit = el("button", { type: "submit", class: "round go", "aria-label": "Send" }, "➤");
    this.form = el("form", { class: "composer" }, this.plus, this.field, submit, this.file, this.voice);
    this.node = el("div", { class: "writing" }, this.notice, this.about, this.form);
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.sendText()));
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    this.field.addEventListener("input", () => (this.fit(), this.suggestions?.update()));
    this.field.addEventListener("paste", (event) => this.onPaste(event));
    this.watchDrops(pane);
  }

  picker(limits, more) {
    const input = el("input", { type: "file", hidden: true, multiple: true, tabindex: "-1", "aria-hidden": "true", ...limits });
    input.addEventListener("change", async () => {
      const files = [...input.files];
      input.value = "";
      await this.sendFiles(files, more);
    });
    return input;
  }

  onKey(event) {
    if (this.suggestions?.onKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.sendText();
    }
    if (event.key === "Escape" && this.mode) this.setMode(null);
  }

  fit() {
    this.field.rows = Math.min(Math.max(this.field.value.split("\n").length, 1), 6);
  }

  async sendText() {
    const text = this.field.value.trim();
    if (!text) return;
    const mode = this.mode;
    this.write("");
    this.setMode(null);
    const body = mode?.edit ? mode.edit(text) : { text, ...this.reply(mode) };
    if (!(await this.say(body))) this.write(text);
  }

  reply(mode) {
    return mode?.reply ? { reply_to: mode.reply } : {};
  }

  async sendFiles(files, more = {}) {
    const mode = this.mode;
    let caption = this.field.value.trim();
    if (files.length) this.write("");
    this.setMode(null);
    for (const file of files) {
      if (file.size > LARGEST) {
        this.show(`${file.name} is larger than 75 MB`);
        continue;
      }
      const { kind } = more;
      await this.say({ file: await packed(file, { ...(kind && { kind }), ...(caption && { caption }) }), ...this.reply(mode) });
      caption = "";
    }
  }

  /** Say it, and tell what went wrong; true when it was taken or will be tried again. */
  async say(body) {
    this.show("");
    try {
      const result = await this.send(body);
      if (result.delivered === false) this.show(`Not delivered yet (${result.status || "nobody answers"}).`);
      return true;
    } catch (trouble) {
      this.show(trouble.message);
      return false;
    }
  }

  show(text) {
    this.notice.textContent = text;
    this.notice.hidden = !text;
  }

  write(text) {
    this.field.value = text;
    this.fit();
    this.suggestions?.update();
  }

  /** Answer or edit a message: { label, words, reply: id } or { label, words, edit: text => body }; null ends it. */
  setMode(mode) {
    this.mode = mode;
    this.about.hidden = !mode;
    if (!mode) return;
    const cancel = button("✕", () => this.setMode(null), { "aria-label": `Stop: ${mode.label}` });
    this.about.replaceChildren(el("span", {}, el("b", {}, mode.label), ` ${mode.words.slice(0, 80)}`), cancel);
    if (mode.edit) this.write(mode.words);
    this.field.focus();
  }

  toggleExtras() {
    const open = this.form.querySelector(".menu");
    if (open) return this.closeExtras();
    const items = this.choices.map(([icon, label, run]) =>
      button(`${icon}  ${label}`, () => (this.closeExtras(), run()), { role: "menuitem" }),
    );
    const menu = el("div", { class: "menu up", role: "menu" }, ...items);
    this.outside = (event) => !menu.contains(event.target) && event.target !== this.plus && this.closeExtras();
    menu.addEventListener("keydown", (event) => event.key === "Escape" && (this.closeExtras(), this.plus.focus()));
    walkable(menu);
    document.addEventListener("pointerdown", this.outside);
    this.plus.setAttribute("aria-expanded", "true");
    this.form.append(menu);
    items[0].focus();
  }

  closeExtras() {
    this.form.querySelector(".menu")?.remove();
    this.plus.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", this.outside);
  }

  onPaste(event) {
    const files = [...(event.clipboardData?.files || [])];
    if (!files.length) return;
    event.preventDefault();
    this.sendFiles(files);
  }

  watchDrops(pane) {
    let depth = 0;
    const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
    pane.addEventListener("dragenter", (event) => carriesFiles(event) && (depth += 1) && pane.classList.add("dropping"));
    pane.addEventListener("dragleave", () => (depth = Math.max(depth - 1, 0)) || pane.classList.remove("dropping"));
    pane.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
    pane.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      pane.classList.remove("dropping");
      this.sendFiles([...event.dataTransfer.files]);
    });
  }
}
