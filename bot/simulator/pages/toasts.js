// What answers to pressed buttons show: a passing line, or a box that waits for OK.
import { button, el } from "./dom.js";

const SHOWN_MS = 3500;

export class Toasts {
  constructor() {
    this.node = el("div", { class: "toasts", role: "status", "aria-live": "polite" });
  }

  show(text, alert = false) {
    if (!text) return;
    const close = () => toast.remove();
    const toast = el("div", { class: `toast ${alert ? "alert" : ""}` }, el("span", {}, text), alert ? button("OK", close) : null);
    this.node.append(toast);
    if (!alert) setTimeout(close, SHOWN_MS);
  }
}
