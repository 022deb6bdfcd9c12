// The chat of one phone: bubbles that arrive, change in place and vanish, as the bot makes them.

import { direction } from "./direction.js";
import { link, rich } from "./richtext.js";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const NEAR_END = 80; // pixels: closer than this, the reader is reading the newest message

export class Messages {
  /** `chat` is the element; `taps` does command, start, button(message, button, element), and has username and language. */
  constructor(chat, taps) {
    this.chat = chat;
    this.taps = taps;
    this.shown = new Map();
    this.follows = true;
    chat.addEventListener("scroll", () => (this.follows = this.atEnd()));
    new ResizeObserver(() => this.follows && this.toEnd()).observe(chat);
  }

  clear() {
    for (const { element } of this.shown.values()) element.remove();
    this.shown.clear();
  }

  /** Show exactly these messages. Returns how many of the bot's are new since the last time. */
  show(messages) {
    const first = this.shown.size === 0;
    const follow = first || this.follows;
    const kept = new Set(messages.map(({ id }) => id));
    for (const [id, { element }] of this.shown) {
      if (!kept.has(id)) {
        element.remove();
        this.shown.delete(id);
      }
    }
    let arrived = 0;
    let own = false;
    for (const message of messages) {
      const isNew = this.place(message, { quiet: first });
      if (isNew) message.mine ? (own = true) : (arrived += 1);
    }
    if (follow || own) this.toEnd();
    return first ? 0 : arrived;
  }

  atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.chat;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  toEnd() {
    this.follows = true;
    this.chat.scrollTop = this.chat.scrollHeight;
  }

  place(message, { quiet }) {
    const face = JSON.stringify(message);
    const before = this.shown.get(message.id);
    if (before?.face === face) return false;
    const element = this.bubble(message);
    if (before) {
      const focus = focusIn(before.element);
      before.element.replaceWith(element);
      element.classList.add("changed");
      refocus(element, focus);
    } else {
      if (!quiet) element.classList.add("arriving");
      this.chat.append(element);
    }
    this.shown.set(message.id, { element, face });
    return !before;
  }

  bubble(message) {
    const whole = document.createElement("div");
    whole.className = message.mine ? "message mine" : "message";
    whole.dataset.id = message.id;
    const body = document.createElement("div");
    body.className = message.edited ? "bubble edited" : "bubble";
    body.dataset.ends = direction(message.text.split("\n").at(-1)) ?? direction(message.text) ?? "ltr";
    const text = document.createElement("div");
    text.className = "text";
    text.dir = "auto";
    text.append(rich(message.text, message.entities, this.taps));
    body.append(said(message.mine ? "Sent: " : "Bot: "));
    if (message.attachment) body.append(attached(message.attachment));
    body.append(text, stamp(message));
    whole.append(body);
    if (message.keyboard.length) whole.append(this.keyboard(message));
    return whole;
  }

  keyboard(message) {
    const rows = document.createElement("div");
    rows.className = "keyboard";
    for (const row of message.keyboard) {
      const line = document.createElement("div");
      line.className = "keys";
      line.append(...row.map((button) => this.key(message, button)));
      rows.append(line);
    }
    return rows;
  }

  key(message, button) {
    const address = button.url ?? button.web_app?.url;
    const key = address ? link(address, this.taps) : document.createElement("button");
    key.className = `key ${["primary", "success", "danger"].includes(button.style) ? button.style : ""}`;
    key.dir = "auto";
    key.append(button.text);
    if (address) {
      const arrow = document.createElement("span");
      arrow.className = "away";
      arrow.ariaHidden = "true";
      key.append(said(" (opens a new tab)"), arrow);
    } else {
      key.type = "button";
      key.disabled = "disabled" in button;
      key.addEventListener("click", () => this.taps.button(message, button, key));
    }
    return key;
  }
}

function said(words) {
  const element = document.createElement("span");
  element.className = "unseen";
  element.textContent = words;
  return element;
}

function attached({ id, kind, name }) {
  const address = `/rehearsal/files/${encodeURIComponent(id)}`;
  const element = document.createElement(kind === "photo" ? "img" : "a");
  if (kind === "photo") {
    element.src = address;
    element.alt = "Picture; what it says is in the text";
  } else {
    element.href = address;
    element.download = name ?? "";
    element.textContent = name ?? "File";
  }
  element.className = `attached ${kind}`;
  return element;
}

function stamp({ edited, date }) {
  const element = document.createElement("span");
  element.className = "stamp";
  element.textContent = `${edited ? "edited " : ""}${clock.format(new Date(date * 1000))}`;
  return element;
}

/** Where the keyboard's focus is in a bubble about to be replaced: the number of the button, or -1. */
function focusIn(element) {
  return [...element.querySelectorAll("button, a")].indexOf(document.activeElement);
}

function refocus(element, index) {
  if (index < 0) return;
  const places = element.querySelectorAll("button, a");
  const place = places[Math.min(index, places.length - 1)];
  if (place) {
    place.focus({ preventScroll: true });
  } else {
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }
}
