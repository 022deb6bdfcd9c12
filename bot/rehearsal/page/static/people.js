// The dialog in which a person is found among thousands, or added.

import { languageName } from "./languages.js";

const PAUSE_MS = 150;

export class People {
  /** `onchosen(id, instead)` is told who was chosen, and for which phone (null: a new one). */
  constructor(server, { onchosen }) {
    this.server = server;
    this.onchosen = onchosen;
    this.instead = null;
    this.dialog = document.getElementById("people");
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", ({ target }) => target === this.dialog && this.dialog.close());
    document.getElementById("find").addEventListener("submit", (event) => event.preventDefault());
    document.getElementById("find-text").addEventListener("input", () => {
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.find(), PAUSE_MS);
    });
    document.getElementById("add").addEventListener("submit", (event) => {
      event.preventDefault();
      this.add();
    });
  }

  /** Offer these languages for a new person; a phone may also tell none. */
  languages(codes) {
    const select = document.getElementById("add-language");
    if (select.childElementCount === codes.length + 1) return;
    const options = codes.map((code) => new Option(`${languageName(code)} (${code})`, code));
    select.replaceChildren(...options, new Option("The phone does not tell", ""));
  }

  open(instead) {
    this.instead = instead;
    this.find();
    this.dialog.showModal();
    document.getElementById("find-text").focus();
  }

  async find() {
    const { people, count } = await this.server.find(document.getElementById("find-text").value);
    document.getElementById("found").replaceChildren(...people.map((person) => this.item(person)));
    const more = count > people.length ? ` The first ${people.length} are listed.` : "";
    document.getElementById("found-said").textContent = `${count} found.${more}`;
  }

  item({ id, name, language, state }) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const who = document.createElement("bdi");
    const facts = document.createElement("span");
    button.type = "button";
    who.textContent = name;
    facts.textContent = state === "ok" ? languageName(language) : `${languageName(language)} · ${state}`;
    button.append(who, facts);
    button.addEventListener("click", () => this.choose(id));
    item.append(button);
    return item;
  }

  async add() {
    const name = document.getElementById("add-name");
    const language = document.getElementById("add-language").value || null;
    try {
      const { id } = await this.server.post("people", { name: name.value.trim(), language });
      name.value = "";
      this.choose(id);
    } catch (refusal) {
      document.getElementById("found-said").textContent = refusal.message;
    }
  }

  choose(id) {
    this.dialog.close();
    this.onchosen(id, this.instead);
  }
}
