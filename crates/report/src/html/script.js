// Filters the events and copies commands. The page is whole without it, and it fetches nothing.
"use strict";
for (const box of document.querySelectorAll(".filter")) {
  const table = box.parentElement.querySelector("table");
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const input = box.querySelector("input");
  const buttons = [...box.querySelectorAll("button")];
  const told = box.querySelector("output");
  let outcome = "";
  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      const fits = (!outcome || row.dataset.outcome === outcome) && words.every((word) => texts[index].includes(word));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    told.textContent = shown + " of " + rows.length;
  };
  input.addEventListener("input", filter);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      outcome = button.dataset.outcome;
      buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
      filter();
    });
  }
  box.hidden = false;
  filter();
}
for (const button of document.querySelectorAll(".command button")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const code = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
    button.textContent = "copied";
    setTimeout(() => (button.textContent = "copy"), 1500);
  });
}
const link = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  const within = target && target.closest("details");
  if (within) within.open = true;
  if (target && target.hidden) target.hidden = false;
};
addEventListener("hashchange", link);
link();
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => (one.open = true)));
