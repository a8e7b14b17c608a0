// The simulator's control interface.

async function result(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || `HTTP ${response.status}`);
  return body;
}

export async function get(path, options) {
  return result(await fetch(path, options));
}

export async function post(path, body) {
  return result(await fetch(path, { method: "POST", body: JSON.stringify(body) }));
}

/** The world as it stands: chats, numbers, bots, users. */
export function world() {
  return get("/sim/chats");
}

export function history(chat, before = 0) {
  return get(`/sim/history?chat=${encodeURIComponent(chat)}&before=${before}`);
}

/** Say something in a chat (`whatsapp:PHONE` or `telegram:ID`). */
export function say(chat, body) {
  const [channel, id] = [chat.slice(0, chat.indexOf(":")), chat.slice(chat.indexOf(":") + 1)];
  return post(`/sim/${channel}/${encodeURIComponent(id)}/say`, body);
}

/** The bytes of a file as the control interface takes them. */
export function packed(file, more = {}) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.addEventListener("error", () => failed(new Error(`cannot read ${file.name}`)));
    reader.addEventListener("load", () => {
      const base64 = reader.result.slice(reader.result.indexOf(",") + 1);
      done({ name: file.name, mime: file.type || undefined, base64, ...more });
    });
    reader.readAsDataURL(file);
  });
}
