// Asks the program after every change and puts what it says in place, the verdict first. Without it, the buttons do the same.
"use strict";
(() => {
  const END = "<!--end-->";
  const form = document.getElementById("sheet");
  document.documentElement.classList.add("scripted");
  let asking = false;
  let again = false;

  const open = (part) => [...part.querySelectorAll("details")].map((one) => one.open);

  const place = (fresh) => {
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = fresh.getElementById(part.id);
      if (!other || part.innerHTML === other.innerHTML) continue;
      const held = part.contains(document.activeElement) ? document.activeElement.id : "";
      const unfolded = open(part);
      const chosen = part.tagName === "SELECT" ? part.value : null;
      part.replaceChildren(...document.importNode(other, true).childNodes);
      [...part.querySelectorAll("details")].forEach((one, number) => { one.open = unfolded[number] || one.open; });
      if (chosen !== null) part.value = chosen;
      if (held) document.getElementById(held)?.focus();
    }
  };

  const tell = (text) => { document.getElementById("status").textContent = text; };

  // The reply comes in parts. Once one is in place, a newer change need not wait for the rest.
  const read = async (reply) => {
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = "", done = false; !done;) {
      const got = await reader.read();
      const parts = (text + (got.value ?? "")).split(END);
      text = parts.pop();
      for (const part of parts) place(new DOMParser().parseFromString(part, "text/html"));
      if (parts.length && again) return void reader.cancel();
      done = got.done;
    }
  };

  const ask = async () => {
    const said = new FormData(form);
    said.delete("upload");
    said.set("live", "yes");
    try {
      const reply = await fetch("./", { method: "POST", body: new URLSearchParams(said) });
      if (reply.ok) return await read(reply);
      tell(new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("main p").textContent);
    } catch {
      tell(form.dataset.stopped);
    }
  };

  form.addEventListener("input", async (event) => {
    if (event.target.type === "file" || event.target.closest("#start")) return;
    again = true;
    if (asking) return;
    for (asking = true; again;) {
      again = false;
      await ask();
    }
    asking = false;
  });
})();
