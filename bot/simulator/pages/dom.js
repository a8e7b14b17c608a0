// Names and texts come from strangers: whatever is shown goes in as text, never as markup.

/** An element with properties (class, on*, aria-*, other attributes) and children; strings become text nodes. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

export function button(label, onclick, properties = {}) {
  return el("button", { type: "button", onclick, ...properties }, label);
}

/** A link that leaves the page; anything but http(s) stays plain text. */
export function link(label, address) {
  if (!/^https?:\/\//i.test(address || "")) return document.createTextNode(label);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label);
}

/** The arrow keys move through a menu. */
export function walkable(menu) {
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...menu.children];
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  });
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** The first letters of a name's first two words. */
export function initials(name) {
  const words = name.split(/[\s·.,_-]+/).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0].toUpperCase()).join("");
}

/** What this browser remembers between visits; a browser that forbids it just forgets. */
export const memory = {
  get(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(`munshi.${name}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`munshi.${name}`, JSON.stringify(value));
    } catch {
      // nothing to be done
    }
  },
};

let serial = 0;

/** An id that no other element of the page has. */
export function freshId(prefix) {
  serial += 1;
  return `${prefix}-${serial}`;
}
