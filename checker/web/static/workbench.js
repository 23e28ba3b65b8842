// Asks the page anew after every change and puts the new answer in place. Without it, the buttons do the same.
"use strict";
(() => {
  const form = document.getElementById("sheet");
  document.documentElement.classList.add("scripted");
  let timer = 0;
  let asked = 0;

  const open = (part) => [...part.querySelectorAll("details")].map((one) => one.open);

  const place = (fresh) => {
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = fresh.getElementById(part.id);
      if (!other || part.outerHTML === other.outerHTML) continue;
      const held = part.contains(document.activeElement) ? document.activeElement.id : "";
      const unfolded = open(part);
      const chosen = part.tagName === "SELECT" ? part.value : null;
      part.replaceChildren(...document.importNode(other, true).childNodes);
      [...part.querySelectorAll("details")].forEach((one, number) => { one.open = unfolded[number] || one.open; });
      if (chosen !== null) part.value = chosen;
      if (held) document.getElementById(held)?.focus();
    }
  };

  const ask = async () => {
    const mine = ++asked;
    const said = new FormData(form);
    said.delete("upload");
    try {
      const reply = await fetch("/", { method: "POST", body: said });
      const text = await reply.text();
      if (mine === asked) place(new DOMParser().parseFromString(text, "text/html"));
    } catch { /* the program was stopped: the page stays as it is */ }
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file" || event.target.closest("#start")) return;
    clearTimeout(timer);
    timer = setTimeout(ask, event.target.tagName === "SELECT" || event.target.type === "checkbox" ? 0 : 120);
  });
})();
