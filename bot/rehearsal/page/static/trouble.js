// What can go wrong, one button each.

import { panel } from "./panel.js";

export class Trouble {
  constructor(server) {
    this.server = server;
    this.drawn = false;
    panel(document.getElementById("trouble-button"), { open: false });
  }

  /** List the troubles the rehearsal offers, once. */
  list(troubles) {
    if (this.drawn) return;
    this.drawn = true;
    document.getElementById("trouble-list").append(...troubles.map((trouble) => this.item(trouble)));
  }

  /** Say how the bot has borne it so far. */
  count({ refused, violations }) {
    document.getElementById("trouble-count").textContent =
      `So far: told to wait ${refused} times; did not wait ${violations} times.`;
  }

  item({ name, title, words, button }) {
    const item = document.createElement("li");
    const heading = document.createElement("strong");
    const text = document.createElement("span");
    const go = document.createElement("button");
    heading.textContent = title;
    text.textContent = words;
    go.type = "button";
    go.textContent = button;
    go.addEventListener("click", () => this.make(name));
    item.append(heading, text, go);
    return item;
  }

  async make(name) {
    const said = document.getElementById("trouble-said");
    try {
      said.textContent = (await this.server.post("faults", { name })).said;
    } catch (refusal) {
      said.textContent = refusal.message;
    }
  }
}
