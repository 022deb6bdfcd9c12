// The newcomer's three steps. They tick by themselves from what is seen on the phones.

import { panel } from "./panel.js";

const KEPT = "rehearsal.steps";

export class Steps {
  constructor() {
    this.done = new Set(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
    this.button = document.getElementById("steps-button");
    panel(this.button, { open: this.done.size < 3 && matchMedia("(min-width: 46rem)").matches });
    this.draw();
  }

  /** Take in a chat: a question in a supporter's own words, an organizer's number after /new. */
  heard({ messages }, { organizer }) {
    const own = messages.filter(({ mine }) => mine).map(({ text }) => text.trim());
    const composed = own.findIndex((text) => text === "/new");
    if (!organizer && own.some((text) => !text.startsWith("/"))) this.tick("ask");
    if (organizer && composed >= 0 && own.slice(composed).some((text) => /^[\d.,\s]+$/.test(text))) this.tick("send");
  }

  /** Take in a supporter's tap on the first button of a message, where the greeting has its yes. */
  tapped({ organizer }) {
    if (!organizer) this.tick("join");
  }

  tick(step) {
    if (this.done.has(step)) return;
    this.done.add(step);
    sessionStorage.setItem(KEPT, JSON.stringify([...this.done]));
    this.draw();
  }

  draw() {
    for (const item of document.querySelectorAll("[data-step]")) {
      const done = this.done.has(item.dataset.step);
      item.classList.toggle("done", done);
      item.querySelector("strong").dataset.done = done ? " – done" : "";
    }
    this.button.textContent = `First steps ${this.done.size}/3`;
  }
}
