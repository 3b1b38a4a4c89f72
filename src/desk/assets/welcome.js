// The preview of the first screen follows while typing.

import { fetched, newest, swap } from "./desk.js";

const form = document.getElementById("welcome");
if (form) {
  const update = newest(async () => {
    const body = new URLSearchParams(new FormData(form));
    try {
      const { page } = await fetched(form.dataset.preview, { method: "POST", body });
      swap(page, ["seen"]);
    } catch {
      // Save says so if the program has ended.
    }
  });
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(update, 150);
  });
}
document.querySelector("[aria-invalid=true]")?.focus();
