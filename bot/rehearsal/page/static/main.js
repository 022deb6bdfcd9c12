// The page: which phones are out, what the world counts, and the panels around them.

import { People } from "./people.js";
import { Phone } from "./phone.js";
import { Server } from "./server.js";
import { Steps } from "./steps.js";
import { Trouble } from "./trouble.js";

const MOST_PHONES = 9;
const KEPT = "rehearsal.phones";
const digits = new Intl.NumberFormat("en");

const phones = new Map(); // chat id → Phone, in the order they stand
const latest = new Map(); // chat id → the last snapshot, for a phone that is not drawn yet
const unread = new Map(); // chat id → the bot's messages not looked at, on narrow screens
let world = null;
let current = null;

const server = new Server({
  heard: { world: hearWorld, chat: hearChat, typing: ({ id }) => phones.get(id)?.showTyping() },
  connected: (is) => {
    document.getElementById("connection").textContent = is ? "" : "The rehearsal is not answering. Trying again…";
  },
});
const steps = new Steps();
const people = new People(server, { onchosen: bringOut });
const trouble = new Trouble(server);

document.getElementById("people-button").addEventListener("click", () => people.open(null));
server.follow(kept());

function kept() {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
}

function hearWorld(heard) {
  const first = world === null || heard.shown.join() !== [...phones.keys()].join();
  world = heard;
  for (const place of document.querySelectorAll("[data-count]")) {
    place.textContent = digits.format(heard.counts[place.dataset.count]);
  }
  people.languages(heard.languages);
  trouble.list(heard.troubles);
  trouble.count(heard.counts);
  if (first) setOut(heard.shown);
}

function hearChat(chat) {
  latest.set(chat.id, chat);
  const phone = phones.get(chat.id);
  if (!phone) return;
  const arrived = phone.show(chat, world.bot.username);
  steps.heard(chat, { organizer: phone.organizer });
  if (arrived && chat.id !== current) unread.set(chat.id, (unread.get(chat.id) ?? 0) + arrived);
  switcher();
}

/** Put these people's phones on the page, in this order, keeping the ones already there. */
function setOut(ids) {
  const before = new Map(phones);
  phones.clear();
  for (const id of ids) {
    const organizer = world.organizers.includes(id);
    const phone = before.get(id) ?? new Phone(server, { organizer, onchange: changePerson, ontap: () => steps.tapped(phone) });
    before.delete(id);
    phones.set(id, phone);
    document.getElementById(organizer ? "organizers" : "supporters").append(phone.element);
    if (latest.has(id)) phone.show(latest.get(id), world.bot.username);
  }
  for (const phone of before.values()) phone.element.remove();
  if (!phones.has(current)) lookAt(ids[0]);
  switcher();
}

function changePerson(phone) {
  people.open(phone.person.id);
}

/** Show this person's phone: in place of `instead`, or first in the row when that is null. */
function bringOut(id, instead) {
  if (!phones.has(id)) {
    const ids = [...phones.keys()];
    const at = instead === null ? world.organizers.length : ids.indexOf(instead);
    ids.splice(at, instead === null ? 0 : 1, id);
    ids.length = Math.min(ids.length, MOST_PHONES);
    sessionStorage.setItem(KEPT, JSON.stringify(ids));
    server.follow(ids);
    current = id;
    return;
  }
  lookAt(id);
}

function lookAt(id) {
  current = id;
  unread.delete(id);
  for (const [other, phone] of phones) phone.element.classList.toggle("current", other === id);
  phones.get(id)?.element.scrollIntoView({ block: "nearest", inline: "nearest" });
  switcher();
}

/** Draw the row of names with which narrow screens go from phone to phone. */
function switcher() {
  const buttons = [...phones].filter(([id]) => latest.has(id)).map(([id, { organizer }]) => {
    const button = document.createElement("button");
    const news = unread.get(id);
    button.type = "button";
    button.dataset.id = id;
    button.append(bdi(latest.get(id).name), organizer ? " (organizer)" : "", news ? ` · ${news} new` : "");
    if (id === current) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => lookAt(id));
    return button;
  });
  const bar = document.querySelector(".switcher");
  const focused = document.activeElement?.closest?.(".switcher button")?.dataset.id;
  bar.replaceChildren(...buttons);
  if (focused) bar.querySelector(`[data-id="${focused}"]`)?.focus();
}

function bdi(words) {
  const element = document.createElement("bdi");
  element.textContent = words;
  return element;
}
