// Languages by name, for a reader of English; a code nobody knows stays a code.

const names = new Intl.DisplayNames(["en"], { type: "language" });

export function languageName(code) {
  if (!code) return "no language told";
  try {
    return names.of(code.replace("_", "-"));
  } catch {
    return code;
  }
}
