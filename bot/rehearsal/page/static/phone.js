// One phone: whose it is, the chat, the commands and what its person can do.

import { Inline } from "./inline.js";
import { languageName } from "./languages.js";
import { Messages } from "./messages.js";

const TOAST_MS = 3500;
const TYPING_MS = 5000;
const LARGEST_FILE = 5 * 1024 * 1024; // bytes
const STATES = { blocked: "blocked the bot", deactivated: "deleted account" };

export class Phone {
  /** `server` speaks to the rehearsal; `onchange` asks for another person, `ontap` hears of main taps. */
  constructor(server, { organizer, onchange, ontap }) {
    this.server = server;
    this.ontap = ontap;
    this.organizer = organizer;
    const template = document.getElementById("phone-template");
    this.element = template.content.firstElementChild.cloneNode(true);
    this.part = (selector) => this.element.querySelector(selector);
    this.messages = new Messages(this.part(".chat"), {
      username: "",
      language: null,
      command: (text) => this.say(text),
      start: (code) => this.say(`/start ${code}`.trim()),
      button: (message, button, key) => this.tap(message, button, key),
    });
    this.inline = new Inline({
      ask: (deed, words) => this.ask(deed, words),
      offer: (items) => this.listOffers(items),
      start: (code) => this.say(`/start ${code}`.trim()),
    });
    this.person = null;
    this.commands = [];
    this.claimCode = null;
    this.hasStarted = false;
    if (organizer) this.element.classList.add("organizer");
    this.listen(onchange);
  }

  listen(onchange) {
    this.part(".change").addEventListener("click", () => onchange(this));
    this.part(".start").addEventListener("click", () => this.start());
    this.part(".notice button").addEventListener("click", () => this.closeNotice());
    this.listenToComposer();
    this.listenToMenus();
    // Only the phone in use speaks to a screen reader; seven at once would talk over each other.
    this.element.addEventListener("focusin", () => this.part(".chat").setAttribute("aria-live", "polite"));
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.element.contains(relatedTarget)) this.part(".chat").setAttribute("aria-live", "off");
    });
  }

  listenToComposer() {
    const text = this.part("textarea");
    const form = this.part(".composer");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    text.addEventListener("input", () => {
      fit(text);
      this.suggest();
    });
    const file = this.part(".file");
    this.part(".attach").addEventListener("click", () => file.click());
    file.addEventListener("change", () => this.attach(file));
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.send();
      } else if (event.key === "ArrowUp" && !this.part(".commands").hidden) {
        event.preventDefault();
        this.part(".commands li:last-child button")?.focus();
      }
    });
  }

  listenToMenus() {
    this.part(".more").addEventListener("click", () => this.open(".deeds", this.part(".deeds").hidden));
    this.part(".menu").addEventListener("click", () => {
      const open = this.part(".commands").hidden;
      if (open) this.listCommands("");
      this.open(".commands", open);
    });
    this.part(".commands").addEventListener("keydown", moveFocus);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.closeMenus({ refocus: true });
    });
    document.addEventListener("click", ({ target }) => {
      if (!target.closest?.(".deeds, .commands, .more, .menu, textarea") || !this.element.contains(target)) {
        this.closeMenus({});
      }
    });
  }

  /** Show the chat as the rehearsal has it now. Returns how many messages of the bot are new. */
  show(chat, username) {
    const other = this.person?.id !== chat.id;
    this.person = chat;
    this.commands = chat.commands;
    this.claimCode = chat.claim_code;
    if (other) this.forget();
    this.messages.taps.username = username;
    this.messages.taps.language = chat.language;
    this.showOwner(chat);
    this.showBar(chat);
    const arrived = this.messages.show(chat.messages);
    this.showFoot(chat);
    return arrived;
  }

  forget() {
    this.messages.clear();
    this.part("textarea").value = "";
    this.part(".toast").textContent = "";
    this.closeNotice();
    this.closeMenus({});
  }

  showOwner({ name, language, state }) {
    this.part(".owner-name").textContent = name;
    const facts = [this.organizer ? "Organizer" : "Supporter", languageName(language), STATES[state]];
    this.part(".owner-facts").textContent = facts.filter(Boolean).join(" · ");
    this.element.setAttribute("aria-label", `Phone of ${name}`);
    this.part(".chat").setAttribute("aria-label", `Chat of ${name} with the bot`);
    this.part("textarea").setAttribute("aria-label", `Message from ${name}`);
    this.element.dataset.state = state;
  }

  showBar({ bot_name: name, state, about, pinned, messages }) {
    this.part(".avatar").textContent = [...name][0] ?? "";
    this.part(".bot-name").textContent = name;
    this.stopTyping();
    this.part(".pinned").hidden = !pinned;
    this.part(".pinned").textContent = pinned ?? "";
    this.part(".about").hidden = messages.length > 0 || !about;
    this.part(".about p").textContent = about;
    this.part(".deeds").replaceChildren(...this.deeds(state));
  }

  /** Show that the bot is typing, until something comes or Telegram's five seconds are over. */
  showTyping() {
    this.part(".bot-state").textContent = "typing…";
    clearTimeout(this.typingEnds);
    this.typingEnds = setTimeout(() => this.stopTyping(), TYPING_MS);
  }

  stopTyping() {
    clearTimeout(this.typingEnds);
    this.part(".bot-state").textContent = "bot";
  }

  showFoot({ state, messages }) {
    const start = this.part(".start");
    const claims = this.claimCode !== null;
    const fresh = messages.length === 0;
    start.hidden = !(state === "blocked" || (state === "ok" && (fresh || claims)));
    start.textContent = state === "blocked" ? "Restart the bot" : claims ? "Claim the bot" : "START";
    this.part(".composer").hidden = state !== "ok" || fresh;
    this.part(".gone").hidden = state !== "deactivated";
    this.focusOnceShown();
  }

  /** Put the cursor into the box after a start: what shows the box may come after the answer to the start, or before. */
  focusOnceShown() {
    if (!this.hasStarted || this.part(".composer").hidden) return;
    this.hasStarted = false;
    this.part("textarea").focus({ preventScroll: true });
  }

  deeds(state) {
    const choices = {
      ok: [["Block the bot", "block"], ["Delete the account", "deactivate"]],
      blocked: [["Unblock the bot", "unblock"], ["Delete the account", "deactivate"]],
      deactivated: [],
    };
    this.part(".more").hidden = choices[state].length === 0;
    return choices[state].map(([words, deed]) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words;
      button.addEventListener("click", () => {
        this.closeMenus({ refocus: true });
        this.ask(deed, {});
      });
      item.append(button);
      return item;
    });
  }

  async start() {
    if (this.person.state === "blocked") await this.ask("unblock", {});
    const code = this.claimCode;
    await this.say(code === null ? "/start" : `/start ${code}`);
    this.hasStarted = true;
    this.focusOnceShown();
  }

  send() {
    const text = this.part("textarea");
    const words = text.value;
    if (!words.trim()) return;
    text.value = "";
    fit(text);
    this.closeMenus({});
    this.say(words);
  }

  /** Send the file that was chosen: a picture as a photo, anything else as a document. */
  async attach(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    if (file.size > LARGEST_FILE) return this.toast("That is too large for the rehearsal.");
    const bytes = new Uint8Array(await file.arrayBuffer());
    const content = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    await this.ask("attach", { name: file.name, content });
  }

  say(text) {
    return this.ask("say", { text });
  }

  async tap(message, button, key) {
    if (button.copy_text) return this.copy(button.copy_text.text);
    if (button.switch_inline_query !== undefined) return this.write(`@${this.messages.taps.username} ${button.switch_inline_query}`);
    if (button.callback_data === undefined) return this.toast("This button is not part of the rehearsal.");
    key.classList.add("busy");
    key.setAttribute("aria-busy", "true");
    const said = await this.ask("tap", { message_id: message.id, data: button.callback_data });
    key.classList.remove("busy");
    key.removeAttribute("aria-busy");
    if (said) this.hear(said.answer);
    if (said && button === message.keyboard[0][0]) this.ontap();
  }

  hear(answer) {
    if (answer === null) this.toast("The bot did not answer this tap.");
    else if (answer.show_alert) this.notice(answer.text);
    else if (answer.text) this.toast(answer.text);
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.toast("Copied.");
    } catch {
      this.toast("The browser does not allow copying here.");
    }
  }

  /** Ask the rehearsal for something in this person's name; what it refuses is said on the phone. */
  async ask(deed, words) {
    try {
      return await this.server.post(deed, { chat_id: this.person.id, ...words });
    } catch (refusal) {
      this.toast(refusal.message);
      return null;
    }
  }

  toast(words) {
    const place = this.part(".toast");
    place.textContent = words;
    place.classList.add("up");
    clearTimeout(this.toastEnds);
    this.toastEnds = setTimeout(() => {
      place.classList.remove("up");
      place.textContent = "";
    }, TOAST_MS);
  }

  notice(words) {
    this.part(".notice p").textContent = words;
    this.part(".notice").hidden = false;
    this.part(".notice button").focus({ preventScroll: true });
  }

  closeNotice() {
    const had = this.part(".notice").contains(document.activeElement);
    this.part(".notice").hidden = true;
    if (had) this.part("textarea").focus({ preventScroll: true });
  }

  /** Put a text into the box, as its person would type it; here every chat is the one with the bot. */
  write(words) {
    const text = this.part("textarea");
    text.value = words;
    fit(text);
    text.focus({ preventScroll: true });
    this.suggest();
  }

  suggest() {
    const written = this.part("textarea").value;
    const query = Inline.query(written, this.messages.taps.username);
    this.inline.typed(query);
    if (query !== null) return;
    const begun = /^\/[a-z0-9_]*$/.test(written);
    const found = begun && this.listCommands(written.slice(1));
    this.open(".commands", Boolean(found));
  }

  listCommands(beginning) {
    const matching = this.commands.filter(({ command }) => command.startsWith(beginning));
    return this.list(
      "The bot’s commands",
      matching.map(({ command, description }) => [`/${command}`, description, () => this.say(`/${command}`)]),
    );
  }

  listOffers(items) {
    this.open(".commands", Boolean(this.list("What the bot offers", items)));
  }

  /** Show a list above the box: of each its name, what it is, and what choosing it does. Returns how many. */
  list(label, items) {
    const made = items.map(([name, about, choose]) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const title = document.createElement("span");
      const words = document.createElement("bdi");
      button.type = "button";
      title.dir = "auto";
      title.textContent = name;
      words.textContent = about;
      button.append(title, words);
      button.addEventListener("click", () => {
        this.part("textarea").value = "";
        fit(this.part("textarea"));
        this.closeMenus({ refocus: true });
        choose();
      });
      item.append(button);
      return item;
    });
    this.part(".commands").ariaLabel = label;
    this.part(".commands").replaceChildren(...made);
    return made.length;
  }

  open(menu, open) {
    const opener = menu === ".deeds" ? ".more" : ".menu";
    this.part(menu).hidden = !open || !this.part(menu).childElementCount;
    this.part(opener).setAttribute("aria-expanded", String(!this.part(menu).hidden));
  }

  closeMenus({ refocus }) {
    const within = document.activeElement?.closest?.(".deeds, .commands");
    this.open(".deeds", false);
    this.open(".commands", false);
    if (refocus && within && this.element.contains(within)) {
      this.part(within.matches(".deeds") ? ".more" : "textarea").focus({ preventScroll: true });
    }
  }
}

/** Let the box be as high as what is written in it, up to five lines; empty, as high as the style says. */
function fit(text) {
  text.style.height = "";
  const borders = text.offsetHeight - text.clientHeight;
  if (text.value) text.style.height = `${Math.min(text.scrollHeight + borders, 120)}px`;
}

function moveFocus(event) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  buttons[buttons.indexOf(document.activeElement) + step]?.focus();
}
