// One long poll for everything: the chats that are open are told in full, the others by their last words.
import { get } from "./api.js";

const listeners = new Map();
const watchers = new Set();
let after = 0;
let epoch = "";
let turn = new AbortController();

/** Call `heard(event)` for everything in a chat; returns the function that ends it. */
export function follow(chat, heard) {
  if (!listeners.has(chat)) listeners.set(chat, new Set());
  listeners.get(chat).add(heard);
  turn.abort();
  return () => {
    listeners.get(chat).delete(heard);
    if (!listeners.get(chat).size) listeners.delete(chat);
    turn.abort();
  };
}

/** Call `changed(chats)` with every chat that changed in any way. */
export function followList(changed) {
  watchers.add(changed);
}

/** A history was read up to this number: tell again what came after it. Everything told is idempotent. */
export function rewind(last) {
  if (last >= after) return;
  after = last;
  turn.abort();
}

export async function start(from, showState) {
  after = from;
  for (;;) {
    turn = new AbortController();
    try {
      const chats = [...listeners.keys()].map((chat) => `&chat=${encodeURIComponent(chat)}`).join("");
      const asked = after;
      const news = await get(`/sim/events?after=${asked}&wait=25${chats || "&chat=telegram:0"}`, { signal: turn.signal });
      showState(true);
      if (epoch && epoch !== news.epoch) return location.reload();
      epoch = news.epoch;
      if (turn.signal.aborted) continue;
      after = news.last;
      tell(news);
      if (!news.events.length) await pause(150);
    } catch (trouble) {
      if (trouble.name === "AbortError") continue;
      showState(false);
      await pause(1500);
    }
  }
}

function tell(news) {
  const byChat = new Map();
  for (const event of news.events) {
    if (!byChat.has(event.chat)) byChat.set(event.chat, []);
    byChat.get(event.chat).push(event);
  }
  for (const [chat, events] of byChat) for (const heard of listeners.get(chat) || []) heard(events);
  if (news.chats.length) for (const changed of watchers) changed(news.chats);
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
