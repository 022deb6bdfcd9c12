// Telegram's formatting as elements. Offsets are UTF-16 units, which is how JavaScript counts too.
// Only text nodes are made from what the bot wrote: no markup of it is ever parsed.

import { aligned } from "./direction.js";

const STYLES = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
  date_time: "time",
  spoiler: "span",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** Return the text as a fragment. `taps` knows what a tap does: command(text), start(code) or null. */
export function rich(text, entities, taps) {
  const fragment = document.createDocumentFragment();
  const outerFirst = entities
    .filter(({ offset, length }) => offset >= 0 && length > 0 && offset < text.length)
    .sort((a, b) => a.offset - b.offset || b.length - a.length || BLOCKS.has(b.type) - BLOCKS.has(a.type));
  fill(fragment, { text, start: 0, end: text.length, entities: outerFirst, taps });
  return fragment;
}

function fill(parent, { text, start, end, entities, taps }) {
  let at = start;
  while (entities.length) {
    const entity = entities.shift();
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (to <= from) continue;
    parent.append(piece(text, at, from));
    const inside = entities.findIndex((other) => other.offset >= to);
    const inner = entities.splice(0, inside < 0 ? entities.length : inside);
    const element = elementFor(entity, text.slice(from, to), taps);
    fill(element, { text, start: from, end: to, entities: inner, taps });
    parent.append(element);
    at = to;
    if (entity.type === "expandable_blockquote") parent.append(unfolder(element));
    // A block stands on its own lines; the newline that Telegram keeps after it would be an empty one.
    if (BLOCKS.has(entity.type) && text[at] === "\n" && at < end) at += 1;
  }
  parent.append(piece(text, at, end));
}

function piece(text, from, to) {
  return aligned(text.slice(from, to), { within: text, from });
}

function elementFor(entity, words, taps) {
  switch (entity.type) {
    case "url":
      return link(/^[a-z]+:/i.test(words) ? words : `https://${words}`, taps);
    case "text_link":
      return link(entity.url, taps);
    case "email":
      return link(`mailto:${words}`, taps);
    case "phone_number":
      return link(`tel:${words.replace(/[^\d+]/g, "")}`, taps);
    case "bot_command":
      return command(words, taps);
    default:
      return styled(entity, taps.language);
  }
}

function styled(entity, language) {
  const element = document.createElement(STYLES[entity.type] ?? "span");
  if (BLOCKS.has(entity.type)) element.dir = "auto";
  if (entity.type === "expandable_blockquote") element.className = "folded";
  if (entity.type === "date_time" && entity.unix_time) {
    const moment = new Date(entity.unix_time * 1000);
    element.dateTime = moment.toISOString();
    element.title = moment.toLocaleString();
    if (entity.date_time_format === "r") countDown(element, moment, language);
  }
  if (entity.type === "spoiler") hide(element);
  return element;
}

/** Show how long it is until then, in the language of the phone. */
function countDown(element, moment, language) {
  const words = new Intl.RelativeTimeFormat(spoken(language), { numeric: "always", numberingSystem: "latn" });
  const show = () => {
    const seconds = Math.round((moment - Date.now()) / 1000);
    const [unit, length] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? UNITS.at(-1);
    element.dataset.left = words.format(Math.trunc(seconds / length), unit);
  };
  show();
  const ticking = setInterval(() => (element.isConnected ? show() : clearInterval(ticking)), 1000);
}

/** Return the language where browsers know it by this name; else none, so that they take their own. */
function spoken(language) {
  try {
    return language ? Intl.getCanonicalLocales(language.replace("_", "-")) : undefined;
  } catch {
    return undefined;
  }
}

function hide(element) {
  const show = () => {
    element.className = "";
    element.removeAttribute("role");
    element.removeAttribute("tabindex");
  };
  element.className = "spoiler";
  element.tabIndex = 0;
  element.setAttribute("role", "button");
  element.addEventListener("click", show, { once: true });
  element.addEventListener("keydown", (event) => event.key === "Enter" && show());
}

function unfolder(quote) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "unfold";
  const set = (folded) => {
    quote.classList.toggle("folded", folded);
    button.textContent = folded ? "Show more" : "Show less";
    button.setAttribute("aria-expanded", String(!folded));
  };
  button.addEventListener("click", () => set(!quote.classList.contains("folded")));
  set(true);
  return button;
}

function command(words, taps) {
  // A link and not a button: only an inline element lets bidirectional text order it as Telegram would.
  const element = document.createElement("a");
  element.href = "#";
  element.addEventListener("click", (event) => {
    event.preventDefault();
    taps.command(words);
  });
  return element;
}

/** Return a link that opens in a new tab, or starts the bot when it is this bot's own deep link. */
export function link(address, taps) {
  const target = parsed(address);
  const element = document.createElement(target ? "a" : "span");
  if (!target) return element;
  element.href = target.href;
  element.target = "_blank";
  element.rel = "noopener noreferrer";
  const code = deepLinkCode(target, taps.username);
  if (code !== null) {
    element.addEventListener("click", (event) => {
      event.preventDefault();
      taps.start(code);
    });
  }
  return element;
}

function parsed(address) {
  try {
    const target = new URL(address);
    return SAFE.has(target.protocol) ? target : null;
  } catch {
    return null;
  }
}

function deepLinkCode(target, username) {
  const ours = target.pathname.toLowerCase() === `/${username}`.toLowerCase();
  return ["t.me", "telegram.me"].includes(target.hostname) && ours ? (target.searchParams.get("start") ?? "") : null;
}
