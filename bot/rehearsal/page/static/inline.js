// Inline mode on one phone: `@bot words` in the box offers what the bot finds; what is chosen is posted into the chat.

const PAUSE_MS = 250;

export class Inline {
  /** `ask(deed, words)` asks the rehearsal; `offer(items)` shows a list of [title, description, choose]. */
  constructor({ ask, offer, start }) {
    this.ask = ask;
    this.offer = offer;
    this.start = start;
    this.latest = 0;
  }

  /** Return what is asked after the bot's name, or null where the text does not begin with it. */
  static query(text, username) {
    const begun = `@${username}`;
    if (!username || !text.toLowerCase().startsWith(begun.toLowerCase())) return null;
    const rest = text.slice(begun.length);
    return rest === "" || /^\s/.test(rest) ? rest.trim() : null;
  }

  /** Ask when the person has stopped typing; a later text takes the place of this one, null of all. */
  typed(query) {
    clearTimeout(this.soon);
    this.latest += 1;
    if (query !== null) this.soon = setTimeout(() => this.find(query, this.latest), PAUSE_MS);
  }

  async find(query, number) {
    const said = await this.ask("inline", { query });
    if (!said || number !== this.latest) return;
    const items = said.results.map(({ id, title, description }) => [
      title,
      description,
      () => this.ask("choose", { query_id: said.id, result_id: id }),
    ]);
    const button = said.button;
    if (button) items.push([button.text, "", () => this.start(button.start_parameter ?? "")]);
    this.offer(items);
  }
}
