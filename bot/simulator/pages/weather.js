// The fault switches: bad weather between the platforms and the application.
import { get, post } from "./api.js";
import { button, el } from "./dom.js";

const SWITCHES = [
  ["duplicate", "Send webhooks twice", 0.5, 0],
  ["reorder", "Shuffle webhooks (windows of 5)", 5, 0],
  ["delay_ms", "Delay webhooks (0.5–3 s)", [500, 3000], [0, 0]],
  ["latency_ms", "Answer slowly (0.5–2 s)", [500, 2000], [0, 0]],
  ["throttle", "Refuse 3 in 10 calls: too many", 0.3, 0],
  ["error_500", "Fail 1 in 5 calls", 0.2, 0],
  ["drop_reply", "Lose 1 in 5 answers", 0.2, 0],
];

export class Weather {
  constructor(opener, panel) {
    Object.assign(this, { opener, panel });
    const lines = SWITCHES.map(([key, label]) => el("label", {}, el("input", { type: "checkbox", name: key }), label));
    this.state = el("small", { role: "status" });
    panel.append(...lines, button("Clear all", () => this.set({}, true)), this.state);
    panel.addEventListener("change", () => this.set(this.wanted()));
    panel.addEventListener("submit", (event) => event.preventDefault());
    opener.addEventListener("click", () => this.toggle(panel.hidden));
    panel.parentNode.addEventListener("keydown", (event) => event.key === "Escape" && (this.toggle(false), opener.focus()));
    document.addEventListener("pointerdown", (event) => !panel.parentNode.contains(event.target) && this.toggle(false));
    this.load();
  }

  async load() {
    this.show((await get("/sim/faults")).faults);
  }

  toggle(open) {
    this.panel.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) this.load();
  }

  wanted() {
    return Object.fromEntries(SWITCHES.map(([key, , on, off]) => [key, this.panel.elements[key].checked ? on : off]));
  }

  /** Keep what somebody set by hand (an error to play, a clock) unless everything is to be cleared. */
  async set(switches, clear = false) {
    try {
      const { faults } = await get("/sim/faults");
      this.show(await post("/sim/faults", clear ? {} : { ...faults, ...switches }));
    } catch (trouble) {
      this.state.textContent = trouble.message;
    }
  }

  show(faults) {
    let count = 0;
    for (const [key, , , off] of SWITCHES) {
      const on = String(faults[key]) !== String(off);
      this.panel.elements[key].checked = on;
      count += on;
    }
    this.opener.textContent = count ? `Faults: ${count}` : "Faults";
    this.opener.classList.toggle("on", count > 0);
    this.state.textContent = count ? "Bad weather is on." : "All is calm.";
  }
}
