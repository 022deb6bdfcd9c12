// Which way a line is read: by its first letter outside isolates (Unicode Bidirectional Algorithm, P2).

const ISOLATED = /[\u2066-\u2068][^\u2066-\u2069]*(?:\u2069|$)/g;
const LETTER = /\p{L}/u;
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Nko}\p{Script=Syriac}\p{Script=Thaana}]/u;
const MARKS = { ltr: "\u200e", rtl: "\u200f" };

/** Return "ltr", "rtl" or, for a line without a letter of its own, null. */
export function direction(line) {
  let open = line;
  let shorter = line.replace(ISOLATED, "");
  while (shorter !== open) [open, shorter] = [shorter, shorter.replace(ISOLATED, "")];
  return ofFirstLetter(open);
}

/**
 * Return the text with an invisible mark before each line that browsers would align by a letter within an
 * isolate, as Chromium does: it orders such a line rightly and puts it on the wrong side.
 */
export function aligned(text, { within, from }) {
  return text.replace(/^.+/gm, (line, at) => {
    const start = from + at;
    if (start > 0 && within[start - 1] !== "\n") return line;
    const whole = within.slice(start).split("\n", 1)[0];
    const read = direction(whole);
    return read !== null && read !== ofFirstLetter(whole) ? MARKS[read] + line : line;
  });
}

function ofFirstLetter(text) {
  const letter = LETTER.exec(text)?.[0];
  return letter === undefined ? null : RIGHT_TO_LEFT.test(letter) ? "rtl" : "ltr";
}
