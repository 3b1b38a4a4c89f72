// The list of changes prints as the browser prints a page.

const print = document.getElementById("print-list");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
document.querySelector("[aria-invalid=true]")?.focus();
