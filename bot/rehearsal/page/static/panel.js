// Buttons that open and close the section they control; one section is open at a time.

const panels = new Set();

export function panel(button, { open }) {
  const section = document.getElementById(button.getAttribute("aria-controls"));
  const set = (is) => {
    section.hidden = !is;
    button.setAttribute("aria-expanded", String(is));
  };
  panels.add(set);
  button.addEventListener("click", () => {
    const opens = section.hidden;
    for (const each of panels) each(each === set && opens);
  });
  set(open);
}
