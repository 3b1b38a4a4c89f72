// "Decide later" closes a text until the page is opened again, and goes on to the next one.

import { followTrial } from "./desk.js";

for (const later of document.querySelectorAll(".later")) {
  later.hidden = false;
  later.addEventListener("click", () => {
    const article = later.closest("article");
    article.classList.add("put-off");
    const heading = article.querySelector("h3");
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn plain slim";
    again.textContent = "Decide now";
    again.addEventListener("click", () => {
      article.classList.remove("put-off");
      again.remove();
      later.focus();
    });
    heading.parentElement.parentElement.append(again);
    const next = article.nextElementSibling?.querySelector("input, a, button");
    (next ?? again).focus();
  });
}
// The screen may be the answer to a form.
followTrial(() => "/review", ["attention", "lead", "to-review"]);
// A fault has the focus, else the form that was asked for.
(document.querySelector("[aria-invalid=true]") ?? document.querySelector("#mark [type=text]"))?.focus();
