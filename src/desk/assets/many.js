// Make many: a list that is dropped, decisions that show at once, and progress.

import { NO_ANSWER, fetched, mayPrint, newest, openPrintWindow, swap } from "./desk.js";

// ---------- Times ----------

/** Shows the times of the program, which are UTC, as those of this place. */
function localTimes() {
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  for (const element of document.querySelectorAll("time[data-form]")) {
    const time = new Date(element.dateTime);
    const shown = { clock: clock.format(time), day: day.format(time) };
    element.textContent = shown[element.dataset.form] ?? `${shown.day} at ${shown.clock}`;
  }
}

// ---------- A list is chosen or dropped ----------

const drop = document.getElementById("drop");
if (drop) {
  const input = document.getElementById("list-file");
  const send = () => {
    if (!input.files.length) return;
    drop.setAttribute("aria-busy", "true");
    drop.requestSubmit();
  };
  input.addEventListener("change", send);
  const over = (event, isOver) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.toggle("over", isOver);
  };
  // A file that misses the field would replace the page.
  for (const name of ["dragenter", "dragover"]) addEventListener(name, (event) => over(event, true));
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(event, false); });
  addEventListener("drop", (event) => {
    over(event, false);
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    send();
  });
}

// ---------- Decisions ----------

/** Returns what finds the focused control again after its part was replaced. */
function focusMark() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  return element.name ? `[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]` : null;
}

/** Replaces parts. The focus stays, or goes to the heading of the part where it was. */
function replaceParts(page, ids) {
  const mark = focusMark();
  const part = document.activeElement?.closest(".part")?.querySelector("h2")?.id;
  const inside = ids.some((id) => document.getElementById(id)?.contains(document.activeElement));
  swap(page, ids);
  const parts = document.getElementById("parts");
  if (parts && page.getElementById("parts")) {
    parts.toggleAttribute("data-poll", page.getElementById("parts").hasAttribute("data-poll"));
  }
  localTimes();
  if (!inside) return;
  const again = mark && document.querySelector(mark);
  (again ?? (part && document.getElementById(part)))?.focus();
}

const say = (text) => {
  const tally = document.getElementById("tally") ?? document.querySelector("#parts [role=status]");
  if (tally) tally.textContent = text;
};

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const parts = form.dataset.live?.split(" ");
  if (!parts) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  try {
    const { response, page } = await fetched(form.action, { method: "POST", body });
    if (!page.getElementById("parts")) { location.assign(response.url); return; }
    replaceParts(page, parts);
    poll();
  } catch {
    say(NO_ANSWER);
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.dataset.live) form.requestSubmit();
});

// What to make is kept, and its costs are shown. The field that is typed in stays as it is.
const keepOrder = newest(async () => {
  const form = document.getElementById("make");
  if (!form) return;
  const body = new URLSearchParams(new FormData(form));
  body.set("do", "order");
  try {
    const { page } = await fetched(form.dataset.order, { method: "POST", body });
    swap(page, ["cost"]);
  } catch {
    say(NO_ANSWER);
  }
});
let typing;
document.addEventListener("input", (event) => {
  if (event.target.form?.id !== "make") return;
  clearTimeout(typing);
  typing = setTimeout(keepOrder, event.target.type === "text" ? 300 : 0);
});
document.querySelector("#make [aria-invalid=true]")?.focus();

// ---------- Progress ----------

let waiting;
function poll() {
  clearTimeout(waiting);
  if (!document.querySelector("[data-poll]")) return;
  waiting = setTimeout(async () => {
    try {
      const { page } = await fetched(location.pathname);
      if (page.getElementById("parts")) replaceParts(page, ["parts", "facts"]);
      else if (page.getElementById("run")) progress(page);
      // The run has ended: its result is another screen.
      else { location.reload(); return; }
    } catch {
      const left = document.querySelector(".left strong");
      if (left) left.textContent = NO_ANSWER;
      else say(NO_ANSWER);
      return;
    }
    poll();
  }, document.getElementById("run") ? 1000 : 300);
}

function progress(page) {
  swap(page, ["run", "stopping"]);
  const [old, fresh] = [document.getElementById("quarter"), page.getElementById("quarter")];
  // A screen reader says it again whenever it is replaced.
  if (old.textContent !== fresh.textContent) old.textContent = fresh.textContent;
  localTimes();
}

// ---------- Print and delete ----------

const print = document.getElementById("print-many");
if (print) {
  const status = document.getElementById("print-status");
  const button = document.getElementById("print-run");
  const file = `${print.action}?for=print`;
  print.addEventListener("submit", async (event) => {
    event.preventDefault();
    const place = document.getElementById("print-status");
    if (!(await mayPrint(Number(print.dataset.pages), place, document.getElementById("download-run")))) return;
    const words = button.innerHTML;
    button.textContent = "Opening the print window …";
    try {
      await openPrintWindow(file, status);
    } finally {
      button.innerHTML = words;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "p") return;
    event.preventDefault();
    print.requestSubmit();
  });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("ask" in form.dataset || "keep" in form.dataset)) return;
  event.preventDefault();
  const query = new URLSearchParams(new FormData(form));
  try {
    const { page } = await fetched(`${form.action}?${query}`);
    swap(page, ["confirm"]);
    (document.getElementById("sure") ?? document.getElementById("ask"))?.focus();
  } catch {
    location.assign(`${form.action}?${query}`);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector("[data-keep]")?.requestSubmit();
});
document.getElementById("sure")?.focus();

localTimes();
poll();
