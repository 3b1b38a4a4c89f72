// The desk works without this script: all forms have buttons. With it, choices show at once.

document.documentElement.classList.add("with-script");

// ---------- Appearance ----------

const look = document.querySelector(".look");
if (look) {
  const select = look.querySelector("select");
  const show = (theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  // Storage may be switched off. The appearance then lasts for one page.
  try { select.value = localStorage.getItem("appearance") ?? ""; } catch {}
  show(select.value);
  select.addEventListener("change", () => {
    show(select.value);
    try { localStorage.setItem("appearance", select.value); } catch {}
  });
  look.hidden = false;
}

// ---------- Parts that change ----------

/** Replaces elements of this page by those of the same id in another. */
export function swap(page, ids) {
  for (const id of ids) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) old.replaceChildren(...fresh.childNodes);
  }
  recallPrinter();
}

/** Runs the newest request only, one at a time. */
export function newest(work) {
  let running = false;
  let waiting = false;
  return async function run() {
    if (running) { waiting = true; return; }
    running = true;
    try { await work(); } finally {
      running = false;
      if (waiting) { waiting = false; run(); }
    }
  };
}

export const NO_ANSWER = "The program does not answer. Was it ended? Start it again, and open its new address.";

export async function fetched(address, options) {
  const response = await fetch(address, { credentials: "same-origin", ...options });
  const text = await response.text();
  return { response, page: new DOMParser().parseFromString(text, "text/html") };
}

const BEGUN_AGAIN = "The program was started again. Open its new address in another tab, and then try again here.";

/** Asks whether the program takes what a form has. Says above the form if it does not, and offers to try again. */
export async function isAnswering(form, submitter) {
  document.getElementById("ended")?.remove();
  let words = NO_ANSWER;
  try {
    const response = await fetch("/alive", { method: "HEAD", credentials: "same-origin" });
    if (response.ok) return true;
    words = BEGUN_AGAIN;
  } catch { /* It has ended. */ }
  const note = document.createElement("div");
  note.id = "ended";
  note.className = "note stop";
  note.setAttribute("role", "alert");
  note.innerHTML = '<h2>Not sent, and nothing is lost</h2><p></p><p class="acts"><button class="btn slim" type="button">'
    + "Try again</button></p>";
  note.querySelector("p").textContent = words;
  note.querySelector("button").addEventListener("click", () => form.requestSubmit(submitter));
  form.prepend(note);
  note.scrollIntoView({ block: "center" });
  return false;
}

// If the program has ended, sending a form would leave this page and lose the typed words.
let asking = false;
let answered = false;
addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== "post" || submitter?.formTarget === "_blank") return;
  if (answered) return;
  event.preventDefault();
  if (asking) return;
  asking = true;
  answered = await isAnswering(form, submitter);
  asking = false;
  if (answered) form.requestSubmit(submitter);
  else form.dispatchEvent(new Event("unsent"));
  answered = false;
});

/** Turns the pages of a preview, and says in an element which one is in sight. */
export function pager(region, tools, place) {
  const pages = () => [...region.querySelectorAll("ol > li")];
  // Pages are in a column, or in a row on a narrow screen.
  const current = () => {
    const edge = region.getBoundingClientRect();
    const [x, y] = [edge.left + edge.width / 2, edge.top + edge.height / 3];
    const at = pages().findLastIndex((page) => {
      const { left, top } = page.getBoundingClientRect();
      return left <= x && top <= y;
    });
    return Math.max(at, 0);
  };
  const say = () => {
    const count = pages().length;
    const at = current();
    place.textContent = count ? `Page ${at + 1} of ${count}` : "No pages";
    for (const [name, last] of [["previous", 0], ["next", count - 1]]) {
      // A button that is disabled would lose the focus.
      tools.querySelector(`[data-do=${name}]`).setAttribute("aria-disabled", String(at === last || !count));
    }
  };
  const turn = (to) => {
    const all = pages();
    const page = all[Math.min(Math.max(to, 0), all.length - 1)];
    if (!page) return;
    const [edge, { left, top }] = [region, page].map((part) => part.getBoundingClientRect());
    const space = parseFloat(getComputedStyle(region).paddingTop);
    region.scrollBy(left - edge.left - space, top - edge.top - space);
  };
  region.addEventListener("scroll", say, { passive: true });
  return { pages, current, say, turn };
}

/**
 * Opens the browser's print window for a PDF file, in a hidden frame. Says in an element what to do there. Sheets that
 * are folded are flipped on the short edge.
 */
export async function openPrintWindow(address, status, isFolded = false) {
  document.getElementById("print-frame")?.remove();
  const frame = document.createElement("iframe");
  frame.id = "print-frame";
  frame.title = "Print file";
  frame.className = "print-frame";
  frame.src = address;
  const ready = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  document.body.append(frame);
  await ready;
  try {
    frame.contentWindow.focus();
    frame.contentWindow.print();
    const sides = isFolded ? "Both sides, flip on short edge" : "Both sides";
    status.textContent = `In the print window choose Actual size and ${sides}. Leave the copies at 1.`;
  } catch {
    window.open(address, "_blank");
    status.textContent = "The file opens in a new tab. Press Ctrl and P there.";
  }
}

// ---------- Printers of the clinic ----------

const PRINTERS = "select[name=printer]";

/** Chooses a printer wherever one is chosen, if the clinic has it. */
function choosePrinter(name) {
  for (const select of document.querySelectorAll(PRINTERS)) {
    if ([...select.options].some(({ value }) => value === name)) select.value = name;
  }
}

/** Chooses the printer that was chosen last in this browser. */
function recallPrinter() {
  // Storage may be switched off. The choice then lasts for one page.
  try { choosePrinter(localStorage.getItem("printer")); } catch {}
}

document.addEventListener("change", (event) => {
  if (!event.target.matches(PRINTERS)) return;
  try { localStorage.setItem("printer", event.target.value); } catch {}
  choosePrinter(event.target.value);
  // Sheets are counted for the printer. The form of a leaflet asks for them.
  const own = document.querySelector(`#choices ${PRINTERS}`);
  if (!own) showPile();
  else if (own !== event.target) own.dispatchEvent(new Event("input", { bubbles: true }));
});
recallPrinter();

// The button may be replaced meanwhile: a second press sends nothing.
let isSending = false;

/**
 * Has the program print on a printer of the clinic, and shows its answer: `ids` are the parts of the page with it.
 * `status` is the live region. Returns whether there was an answer about the print.
 */
async function printOn(printer, button, address, body, ids, status) {
  if (isSending) return true;
  isSending = true;
  const words = button.innerHTML;
  // A button that is disabled would lose the focus.
  button.setAttribute("aria-disabled", "true");
  button.textContent = "Sending …";
  status.textContent = `Sending to ${printer} …`;
  try {
    const { page } = await fetched(address, { method: "POST", body });
    const reader = page.querySelector("[name=reader]")?.value;
    if (reader) navigator.sendBeacon(`/readers/${reader}/done`);
    if (page.getElementById(ids[0])) swap(page, ids);
    else status.textContent = page.querySelector("h1")?.textContent ?? "";
  } catch {
    status.textContent = `${NO_ANSWER} It may have printed: look before you send it again.`;
  } finally {
    isSending = false;
    button.removeAttribute("aria-disabled");
    button.innerHTML = words;
    status.scrollIntoView({ block: "nearest" });
  }
  return status.textContent !== "";
}

/** Pages from which Print asks first. */
const MANY_PAGES = 200;

/** Asks before many pages are printed. Returns whether to print them; `download` is a link to the file. */
export async function mayPrint(pages, place, download) {
  if (pages <= MANY_PAGES) return true;
  document.getElementById("many-pages")?.closest(".note").remove();
  const question = document.createElement("div");
  question.className = "note";
  question.setAttribute("role", "group");
  question.setAttribute("aria-labelledby", "many-pages");
  question.innerHTML = '<h3 id="many-pages" tabindex="-1"></h3><div class="acts">'
    + '<button class="btn slim" type="button" data-answer="print">Print</button>'
    + '<button class="btn plain slim" type="button" data-answer="download">Download instead</button></div>';
  const heading = question.querySelector("h3");
  heading.textContent = `This prints ${pages.toLocaleString("en-GB")} pages.`;
  const before = document.activeElement;
  place.before(question);
  heading.focus();
  const answer = await new Promise((resolve) => {
    question.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-answer]")?.dataset.answer;
      if (chosen) resolve(chosen);
    });
    question.addEventListener("keydown", (event) => { if (event.key === "Escape") resolve("keep"); });
  });
  question.remove();
  before?.focus();
  if (answer === "download") download.click();
  return answer === "print";
}

// ---------- The pile ----------

const STOPPED = "Nothing was printed. Look at what is marked.";

/** Shows the pile as it is now, for the printer that is chosen. */
async function showPile() {
  const region = document.getElementById("pile");
  const query = new URLSearchParams({ printer: region.querySelector(PRINTERS)?.value ?? "" });
  if (document.getElementById("choices")) query.set("head", "part");
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  try {
    const { page } = await fetched(`/pile?${query}`);
    swap(page, ["pile"]);
  } catch {
    document.getElementById("pile-status").textContent = NO_ANSWER;
    return;
  }
  if (focused) region.querySelector(focused.matches(PRINTERS) ? PRINTERS : "[data-pile=print] button")?.focus();
}

document.addEventListener("submit", async (event) => {
  if (event.target.dataset.pile !== "print") return;
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  const status = document.getElementById("pile-status");
  const printer = form.querySelector(PRINTERS)?.value;
  const body = new URLSearchParams(new FormData(form));
  if (printer) {
    const ids = ["pile-status", "pile-details", "pile-printer-once"];
    const isSaid = await printOn(printer, button, form.action, body, ids, status);
    if (!isSaid) status.textContent = STOPPED;
  } else {
    try {
      // Each press makes a file of its own. It is here before the print window asks for it.
      const response = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      if (response.ok) {
        await response.blob();
        await openPrintWindow(response.url, status, button.dataset.folded !== undefined);
      } else {
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        status.textContent = page.getElementById("pile") ? STOPPED : page.querySelector("h1")?.textContent ?? "";
      }
    } catch {
      status.textContent = NO_ANSWER;
      return;
    }
  }
  await showPile();
});

// The page does not know which printer was chosen last in this browser.
if (document.querySelector(".pile-alone select")?.value) showPile();

// ---------- Leaflets that are tried on the clinic's paper ----------

/** Looks again until each leaflet was tried. Replaces parts of the page when one was refused. */
export function followTrial(address, parts) {
  const trying = document.getElementById("trying");
  const isBusy = () => parts.some((id) => document.getElementById(id)?.contains(document.activeElement));
  const look = async () => {
    if (!trying?.querySelector("[data-trying]")) return;
    try {
      const { response, page } = await fetched(address());
      const fresh = page.getElementById("attention");
      if (!response.ok || !fresh) return;
      const isNew = fresh.textContent !== document.getElementById("attention").textContent;
      // The place of the focus stays: the next look replaces the parts.
      if (isNew && !isBusy()) swap(page, parts);
      if (!isNew || !isBusy()) swap(page, ["trying"]);
    } catch {
      return;
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}

// ---------- All leaflets ----------

const filters = document.querySelector("form.filters");
if (filters) {
  const update = newest(async () => {
    const query = new URLSearchParams(new FormData(filters));
    for (const [name, value] of [...query]) {
      if (!value || value === "all" || value === "title") query.delete(name, value);
    }
    const address = query.size ? `/?${query}` : "/";
    try {
      const { response, page } = await fetched(address);
      if (!response.ok) return;
      swap(page, ["list", "shown"]);
      history.replaceState(null, "", address);
    } catch {
      document.getElementById("shown").textContent = NO_ANSWER;
    }
  });
  let timer;
  filters.addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = setTimeout(update, event.target.type === "search" ? 200 : 0);
  });
  filters.addEventListener("submit", (event) => { event.preventDefault(); update(); });
  followTrial(() => location.pathname + location.search, ["attention", "show", "list", "shown", "to-review"]);
}

// ---------- One leaflet ----------

const choices = document.getElementById("choices");
if (choices) leaflet(choices);

function leaflet(form) {
  const region = document.getElementById("pages");
  const place = document.getElementById("place");
  const zoomed = document.getElementById("zoom");
  const copies = document.getElementById("copies");
  const status = document.getElementById("print-status");
  const amount = document.getElementById("amount");
  const tools = document.querySelector(".ptools");
  const { pages, current, say, turn } = pager(region, tools, place);

  let zoom = 100;
  const enlarge = (to) => {
    zoom = Math.min(Math.max(to, 50), 300);
    zoomed.textContent = `${zoom}%`;
    for (const paper of region.querySelectorAll(".paper")) {
      paper.style.setProperty("--zoom", `${(42 * zoom) / 100}rem`);
      paper.classList.toggle("beyond", zoom > 100);
    }
  };
  const fit = () => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    enlarge(Math.round(((region.clientWidth - 3 * rem) / rem / 42) * 100));
  };

  // The program forgets a reader's pages when nobody can ask for them any more: one round of pages later, or when
  // the page is left.
  const readers = [];
  const forget = (count) => {
    for (const reader of readers.splice(0, count)) navigator.sendBeacon(`/readers/${reader}/done`);
  };
  const remember = () => {
    const reader = form.querySelector("[name=reader]")?.value;
    if (reader) readers.push(reader);
    forget(Math.max(readers.length - 2, 0));
  };

  // What the last request could not do. It is said until a request is answered again.
  let fault = "";
  const complain = (words) => {
    fault = words;
    status.textContent = words;
  };
  // An edition and a paper that go together, which a button offers.
  let offer = {};
  /** Shows the leaflet of another page in this one. */
  const show = async (page) => {
    // The images of the new pages are loaded before the old ones go.
    const fresh = [...page.querySelectorAll("#pages img")];
    await Promise.all(fresh.slice(0, 2).map((image) => {
      const loaded = new Image();
      loaded.src = image.getAttribute("src");
      return loaded.decode().catch(() => {});
    }));
    const scrolled = region.scrollTop;
    const focused = document.activeElement;
    const kept = focused?.closest("#groups, [data-part]") && { name: focused.name, value: focused.value };
    const parts = (isOther) => [...form.querySelectorAll("[data-part]")]
      .filter((part) => !isOther || !part.closest("#reader")).map((part) => part.id);
    // Fields stay while somebody types in them, unless this leaflet has others.
    const fields = (root) => [...root.querySelectorAll("#reader input[type=text]")].map(({ name }) => name);
    const isOther = fields(page).some((name) => !fields(form).includes(name));
    swap(page, ["tabs", "pages", "groups", "sheet-note", "sheets", "formats", "result", "pile", "pile-status", "pile-details",
      ...(isOther ? ["reader"] : []), ...parts(isOther)]);
    for (const input of form.querySelectorAll("[aria-describedby$=-note]")) {
      const note = document.getElementById(input.getAttribute("aria-describedby").split(" ").at(-1));
      input.setAttribute("aria-invalid", String(note.querySelector(".err") !== null));
    }
    if (kept) {
      const same = [...form.querySelectorAll(`[name="${CSS.escape(kept.name)}"]`)];
      (same.find((control) => control.value === kept.value) ?? same[0])?.focus();
    }
    if (focused && !focused.isConnected) {
      const same = focused.id && document.getElementById(focused.id);
      (same || (focused.matches(PRINTERS) && document.querySelector(`#pile ${PRINTERS}`)) || null)?.focus();
    }
    remember();
    region.scrollTop = scrolled;
    // A leaflet that cannot be made has no pages to turn and no copies.
    amount.hidden = page.getElementById("amount").hidden;
    tools.hidden = amount.hidden;
    enlarge(zoom);
    say();
    history.replaceState(null, "", form.querySelector("[data-address]").dataset.address);
  };

  const update = newest(async () => {
    const busy = setTimeout(() => region.setAttribute("aria-busy", "true"), 300);
    try {
      const body = new URLSearchParams(new FormData(form));
      for (const [name, value] of Object.entries(offer)) body.set(name, value);
      offer = {};
      const { page } = await fetched(form.action, { method: "POST", body });
      if (!page.getElementById("pages")) {
        complain(page.querySelector("h1")?.textContent ?? "");
        return;
      }
      if (fault && status.textContent === fault) complain("");
      await show(page);
    } catch {
      complain(NO_ANSWER);
    } finally {
      clearTimeout(busy);
      region.removeAttribute("aria-busy");
    }
  });

  let timer;
  form.addEventListener("input", (event) => {
    // What was said about the last print is not about this leaflet.
    if (status.firstElementChild) status.replaceChildren();
    document.getElementById("print-details").replaceChildren();
    clearTimeout(timer);
    timer = setTimeout(update, ["text", "textarea"].includes(event.target.type) ? 150 : 0);
  });
  const step = (by) => {
    copies.value = Math.min(Math.max((parseInt(copies.value, 10) || 1) + by, 1), Number(copies.max));
    copies.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const actions = {
    previous: () => turn(current() - 1),
    next: () => turn(current() + 1),
    smaller: () => enlarge(zoom - 25),
    larger: () => enlarge(zoom + 25),
    fit,
    fewer: () => step(-1),
    more: () => step(1),
  };
  document.addEventListener("click", (event) => {
    actions[event.target.closest("[data-do]")?.dataset.do]?.();
  });
  form.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-edition]");
    if (!button) return;
    offer = { edition: button.dataset.edition, paper: button.dataset.paper };
    await update();
    if (document.activeElement === document.body) form.querySelector("[name=paper]:checked")?.focus();
  });
  region.addEventListener("keydown", (event) => {
    if (event.target !== region || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = { PageDown: "next", PageUp: "previous", "+": "larger", "=": "larger", "-": "smaller", "−": "smaller" };
    const action = event.key === "0" ? fit
      : event.key === "Home" ? () => turn(0)
      : event.key === "End" ? () => turn(pages().length - 1)
      : actions[keys[event.key]];
    if (!action) return;
    event.preventDefault();
    action();
  });

  // The program makes the print file. A hidden frame shows it, so that the browser's print window opens.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (event.submitter?.dataset.add !== undefined) {
      pile(event.submitter.formAction, new FormData(form, event.submitter));
      return;
    }
    if (event.submitter?.id !== "print") { update(); return; }
    const button = event.submitter;
    const count = pages().length * (parseInt(copies.value, 10) || 1);
    const file = document.querySelector("#formats a[download]");
    if (!(await mayPrint(count, document.getElementById("formats"), file))) return;
    const printer = form.querySelector(PRINTERS)?.value;
    if (printer) {
      const body = new URLSearchParams(new FormData(form));
      const ids = ["print-status", "print-details", "printer-once"];
      if (await printOn(printer, button, button.formAction, body, ids, status)) return;
      status.textContent = "The leaflet could not be made. Look at what is marked.";
      update();
      return;
    }
    const words = button.innerHTML;
    button.disabled = true;
    button.textContent = "Opening the print window …";
    try {
      const body = new URLSearchParams(new FormData(form));
      const response = await fetch(button.formAction, { method: "POST", body, credentials: "same-origin" });
      if (!response.ok) {
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        complain(page.getElementById("pages")
          ? "The leaflet could not be made. Look at what is marked."
          : page.querySelector("h1")?.textContent ?? "");
        update();
        return;
      }
      await response.blob();
      await openPrintWindow(response.url, status, button.dataset.folded !== undefined);
    } catch {
      complain(NO_ANSWER);
    } finally {
      button.disabled = false;
      button.innerHTML = words;
    }
  });
  const pile = async (address, fields) => {
    const typed = () => String(new URLSearchParams(new FormData(form)));
    const before = typed();
    // This request sends what is typed now. A later preview would remove the message about the pile.
    clearTimeout(timer);
    document.getElementById("pile-status").textContent = "Adding …";
    try {
      const body = new URLSearchParams(fields);
      const { page } = await fetched(address, { method: "POST", body });
      if (!page.getElementById("pile")) {
        document.getElementById("pile-status").textContent = "";
        complain(page.querySelector("h1")?.textContent ?? "");
        return;
      }
      const isChanged = typed() !== before;
      // The values of the pile's reader are in the fields now.
      for (const { name, value } of page.querySelectorAll("#reader input[type=text], #address")) {
        const own = form.querySelector(`[name="${CSS.escape(name)}"]`);
        if (own && own.value !== value) own.value = value;
      }
      await show(page);
      if (isChanged) update();
      (document.querySelector("#pile [data-add]") ?? document.getElementById("add-to-pile"))?.focus();
    } catch {
      document.getElementById("pile-status").textContent = "";
      complain(NO_ANSWER);
    }
  };
  document.addEventListener("submit", async (event) => {
    const action = event.target.dataset.pile;
    if (!action || action === "print") return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(event.target, event.submitter));
    try {
      await fetched(event.target.action, { method: "POST", body });
    } catch {
      document.getElementById("pile-status").textContent = NO_ANSWER;
      return;
    }
    await update();
    (document.getElementById("pile-head") ?? document.getElementById("add-to-pile"))?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "p") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("#print"));
    }
  });
  addEventListener("pagehide", () => forget(readers.length));

  tools.hidden = amount.hidden;
  remember();
  enlarge(100);
  say();
  // The page does not know which printer was chosen last in this browser.
  if (form.querySelector(PRINTERS)?.value) update();
}
