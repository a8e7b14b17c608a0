// Text with its formatting as nodes: WhatsApp's marks, Telegram's entities, and links.
import { el, link } from "./dom.js";

const ADDRESS = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]'*_~]/gi;
const MARKS = [
  [/```([\s\S]+?)```/, "code"],
  [/`([^`\n]+)`/, "code"],
  [/(?<![\p{L}\p{N}*])\*(\S(?:[^*\n]*\S)?)\*(?![\p{L}\p{N}*])/u, "strong"],
  [/(?<![\p{L}\p{N}_])_(\S(?:[^_\n]*\S)?)_(?![\p{L}\p{N}_])/u, "em"],
  [/(?<![\p{L}\p{N}~])~(\S(?:[^~\n]*\S)?)~(?![\p{L}\p{N}~])/u, "s"],
];
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code" };

export function linked(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    nodes.push(text.slice(at, match.index), link(match[0], match[0]));
    at = match.index + match[0].length;
  }
  nodes.push(text.slice(at));
  return nodes.filter((node) => node !== "");
}

/** WhatsApp's *bold*, _italic_, ~struck~ and ```code```. */
export function marked(text) {
  let first = null;
  for (const [pattern, tag] of MARKS) {
    const match = pattern.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { match, tag };
  }
  if (!first) return linked(text);
  const { match, tag } = first;
  const inside = tag === "code" ? [match[1]] : marked(match[1]);
  return [...linked(text.slice(0, match.index)), el(tag, {}, ...inside), ...marked(text.slice(match.index + match[0].length))];
}

/** Telegram's entities, whose offsets count UTF-16 units as JavaScript does. */
export function withEntities(text, entities, onCommand) {
  const spans = entities.filter((entity) => entity.length > 0).sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between(text, spans, 0, text.length, onCommand);
}

function between(text, spans, from, to, onCommand) {
  const nodes = [];
  let at = from;
  for (let index = 0; index < spans.length; index += 1) {
    const span = spans[index];
    const end = Math.min(span.offset + span.length, to);
    if (span.offset < at || span.offset >= to) continue;
    nodes.push(text.slice(at, span.offset));
    const inner = spans.slice(index + 1).filter((other) => other.offset + other.length <= end);
    const inside = between(text, inner, span.offset, end, onCommand);
    nodes.push(decorated(span, text.slice(span.offset, end), inside, onCommand));
    at = end;
  }
  nodes.push(text.slice(at, to));
  return nodes.filter((node) => node !== "");
}

function decorated(span, words, inside, onCommand) {
  if (span.type === "url") return link(words, words);
  if (span.type === "text_link") return link(words, span.url);
  if (span.type === "bot_command" && onCommand) {
    return el("button", { type: "button", class: "command", onclick: () => onCommand(words) }, words);
  }
  if (span.type === "blockquote" || span.type === "expandable_blockquote") return el("q", {}, ...inside);
  return el(TAGS[span.type] || "span", {}, ...inside);
}
