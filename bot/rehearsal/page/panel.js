// A button that opens and closes the section it controls.

export function panel(button, { open }) {
  const section = document.getElementById(button.getAttribute("aria-controls"));
  const set = (is) => {
    section.hidden = !is;
    button.setAttribute("aria-expanded", String(is));
  };
  button.addEventListener("click", () => set(section.hidden));
  set(open);
}
