// The wire to the rehearsal: what it tells (server-sent events) and what the people do (posts).

const ROOT = "/rehearsal";

export class Refused extends Error {}

export class Server {
  /** `heard` is told of each event by kind; `connected` whether the rehearsal is there. */
  constructor({ heard, connected }) {
    this.heard = heard;
    this.connected = connected;
    this.source = null;
  }

  /** Follow these chats, and the world as a whole, from now on. */
  follow(chats) {
    this.source?.close();
    const asked = new URLSearchParams(chats.map((id) => ["chat", id]));
    this.source = new EventSource(`${ROOT}/events?${asked}`);
    this.source.addEventListener("open", () => this.connected(true));
    this.source.addEventListener("error", () => this.connected(false));
    for (const kind of ["world", "chat", "typing"]) {
      this.source.addEventListener(kind, ({ data }) => this.heard[kind](JSON.parse(data)));
    }
  }

  /** Return the people whose name or language matches, at most fifty. */
  async find(text) {
    const answer = await fetch(`${ROOT}/people?${new URLSearchParams({ find: text })}`);
    return answer.json();
  }

  /** Do something in the rehearsal. Throws `Refused` with the sentence that says why not. */
  async post(deed, body) {
    let answer;
    try {
      answer = await fetch(`${ROOT}/${deed}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
    } catch {
      throw new Refused("The rehearsal does not answer. Is it still running?");
    }
    const said = await answer.json();
    if (!answer.ok) throw new Refused(said.error);
    return said;
  }
}
