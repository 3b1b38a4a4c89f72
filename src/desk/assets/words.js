// The screen "Words" works without this script: its form has buttons. With it, pages follow each key.

import { fetched, isAnswering, pager } from "./desk.js";

const form = document.getElementById("editor");
const region = document.getElementById("pages");
const said = document.getElementById("said");
const saved = document.getElementById("saved");
const tools = document.querySelector(".ptools");
const place = document.getElementById("place");

const NO_ANSWER = "The program does not answer. Was it ended? Your words are still in the field. Start it again.";
/** Pause after the last key before the words are judged. */
const JUDGED_AFTER = 400;
/** Pause after the last key before a screen reader hears of it. */
const SAID_AFTER = 1500;

// ---------- Pages ----------

tools.hidden = false;
const { pages, current, say, turn } = pager(region, tools, place);
tools.addEventListener("click", (event) => {
  const by = { previous: -1, next: 1 }[event.target.closest("[data-do]")?.dataset.do];
  if (by) turn(current() + by);
});
region.addEventListener("keydown", (event) => {
  if (event.target !== region || event.ctrlKey || event.metaKey || event.altKey) return;
  const to = { PageDown: current() + 1, PageUp: current() - 1, Home: 0, End: pages().length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  turn(to);
});
/** Brings the text that is edited into view. */
const reveal = () => {
  const spot = region.querySelector(".spot[aria-current]");
  if (!spot) return;
  const [edge, { top, bottom, left, right }] = [region, spot].map((part) => part.getBoundingClientRect());
  // On a small screen, pages are side by side.
  const across = left < edge.left || right > edge.right ? (left + right - edge.left - edge.right) / 2 : 0;
  const down = top < edge.top || bottom > edge.bottom ? top - edge.top - edge.height / 4 : 0;
  region.scrollBy(across, down);
};

/** Shows new pages. Those that did not change stay as they are. */
async function showPages(page) {
  const fresh = [...page.querySelectorAll("#pages > ol > li")];
  if (!fresh.length) return;
  const known = new Map(pages().map((old) => [old.dataset.name, old.querySelector("img")]));
  for (const item of fresh) {
    const image = item.querySelector("img");
    if (image.hasAttribute("src")) continue;
    const old = known.get(item.dataset.name);
    if (old) image.setAttribute("src", old.getAttribute("src"));
  }
  const shown = pages();
  await Promise.all(fresh.map(async (item, index) => {
    const old = shown[index];
    if (old && old.dataset.name === item.dataset.name) return;
    const image = new Image();
    image.src = item.querySelector("img").getAttribute("src");
    await image.decode().catch(() => {});
    const { width, height, alt } = item.querySelector("img");
    [image.width, image.height, image.alt] = [width, height, alt];
    item.querySelector("img").replaceWith(document.adoptNode(image));
  }));
  const scrolled = [region.scrollLeft, region.scrollTop];
  const list = region.querySelector("ol");
  fresh.forEach((item, index) => {
    const old = shown[index];
    if (!old) { list.append(document.adoptNode(item)); return; }
    if (old.dataset.name !== item.dataset.name) {
      old.replaceWith(document.adoptNode(item));
      return;
    }
    const alt = item.querySelector("img").alt;
    if (old.querySelector("img").alt !== alt) old.querySelector("img").alt = alt;
    // Links keep the focus if nothing moved.
    const [links, others] = [old, item].map((part) => part.querySelector(".paper").querySelectorAll("a"));
    const asText = (all) => [...all].map((link) => link.outerHTML).join("");
    if (asText(links) !== asText(others)) {
      links.forEach((link) => link.remove());
      old.querySelector(".paper").append(...others);
    }
  });
  shown.slice(fresh.length).forEach((old) => old.remove());
  region.scrollTo(...scrolled);
  say();
}

function swap(page, ids) {
  for (const id of ids) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (!old || !fresh || old.innerHTML === fresh.innerHTML) continue;
    old.replaceChildren(...fresh.childNodes);
  }
}

const only = document.getElementById("only-ours");
const outline = document.getElementById("outline");
const filter = () => outline.classList.toggle("ours-only", only.checked);
only.addEventListener("change", filter);

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  if (document.activeElement?.closest("select, #picker")) return;
  event.preventDefault();
  const links = [...outline.querySelectorAll("a")];
  const at = links.findIndex((link) => link.hasAttribute("aria-current"));
  links[at + (event.key === "ArrowDown" ? 1 : -1)]?.click();
});

say();
reveal();
// On a small screen the list has a height of its own.
const chosen = outline.querySelector("[aria-current]");
if (chosen) outline.scrollTop = chosen.offsetTop - outline.clientHeight / 3;
const target = document.getElementById(location.hash.slice(1));
target?.focus();
if (target?.matches("textarea")) target.setSelectionRange(target.value.length, target.value.length);
document.getElementById("conflicth")?.focus();
if (form?.querySelector(".own textarea")) edit();

function edit() {
  const bar = document.getElementById("bar");
  const state = document.getElementById("state");
  let pending = false;
  let running = null;
  let waiting = false;
  let judging = 0;
  let saying = 0;
  let typedAt = 0;
  /** Whether the fields of a list wait for the library's words. */
  let wantsCopy = false;

  const unsaved = () => Number(state.dataset.unsaved);
  const body = (action) => {
    const data = new URLSearchParams(new FormData(form));
    data.set("do", action);
    return data;
  };
  const mode = () => form.elements.mode?.value ?? form.querySelector("[name=mode]").value;
  const fields = () => [...form.querySelectorAll(".own textarea")];
  /** The field that is or was in use. */
  let used = null;
  const field = () => (used?.isConnected ? used : fields()[0]);
  form.addEventListener("focusin", (event) => { if (event.target.matches(".own textarea")) used = event.target; });

  /** Says what was done, until the next action. */
  const toast = document.getElementById("toast");
  function tell(words, undo) {
    if (!toast) return;
    toast.querySelector("button")?.remove();
    saved.textContent = words;
    if (!undo) return;
    const button = document.createElement("button");
    [button.type, button.className, button.textContent] = ["button", "link", "Undo"];
    button.addEventListener("click", () => { tell(""); undo(); });
    toast.append(button);
  }

  /** Requests on their way. Each of them keeps the words as a draft, so none may come after Save. */
  const asked = new Set();
  async function ask(data) {
    const answer = fetched(form.action, { method: "POST", body: data });
    asked.add(answer);
    try { return await answer; } finally { asked.delete(answer); }
  }
  /** Sends the words, one request at a time. The newest words win. */
  function update() {
    pending = true;
    if (running) { waiting = true; return running; }
    running = (async () => {
      const slow = setTimeout(() => region.setAttribute("aria-busy", "true"), 300);
      try {
        pending = false;
        const data = body("show");
        data.set("shown", pages().map((page) => page.dataset.name).join(","));
        const isCopied = wantsCopy;
        wantsCopy = false;
        if (isCopied) data.set("list", "yes");
        const { response, page } = await ask(data);
        if (!response.ok) throw new Error(page.querySelector("h2")?.textContent);
        // Newer words come soon, and their pages with them.
        await showPages(page);
        const fresh = page.getElementById("state");
        state.dataset.unsaved = fresh.dataset.unsaved;
        swap(page, ["unsaved", "state", "outline"]);
        if (isCopied && isEmpty()) swap(page, ["list"]);
        filter();
        const badge = bar?.querySelector("[value=undo]");
        badge?.toggleAttribute("aria-disabled", !document.querySelector("#unsaved .badge"));
        window.dispatchEvent(new CustomEvent("shown"));
      } catch (error) {
        state.textContent = error.message && !/fetch/i.test(error.message) ? error.message : NO_ANSWER;
      } finally {
        clearTimeout(slow);
        region.removeAttribute("aria-busy");
        running = null;
        if (waiting) { waiting = false; update(); }
      }
    })();
    return running;
  }

  /** Asks how the words read, when nobody types. */
  async function judge() {
    if (running) { judging = setTimeout(judge, 100); return; }
    try {
      const { response, page } = await ask(body("read"));
      if (!response.ok) return;
      swap(page, ["reads", "effect"]);
      clearTimeout(saying);
      saying = setTimeout(() => {
        said.textContent = document.querySelector("#reads [data-said]")?.dataset.said ?? "";
      }, Math.max(typedAt + SAID_AFTER - performance.now(), 0));
    } catch { /* The next key tells. */ }
  }
  const typed = () => {
    tell("");
    update();
    clearTimeout(judging);
    clearTimeout(saying);
    typedAt = performance.now();
    judging = setTimeout(judge, JUDGED_AFTER);
  };

  // ---------- The field ----------

  const name = document.getElementById("ours-name");
  const isEmpty = () => fields().every((area) => !area.value.trim());
  /** The mode before the last choice. */
  let former = mode();
  const asMode = () => {
    const chosen = mode();
    name.textContent = chosen === "add" ? name.dataset.added : name.dataset.own;
    // A text that is replaced begins as the library's.
    if (chosen === "replace" && isEmpty()) {
      const { copy, copyExplained } = field().dataset;
      if (copy === undefined) wantsCopy = true;
      else {
        field().value = copy;
        explain(copyExplained.split("|").filter(Boolean));
      }
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.closest("#picker")) return;
    const isMode = event.target.name === "mode";
    if (isMode) asMode();
    if (event.target.matches(".own textarea")) {
      inItems(event.target, event.inputType);
      if (event.data === "@") openList("references", true);
    }
    typed();
    if (!isMode) return;
    const before = former;
    former = mode();
    if (former !== "library" || isEmpty()) return;
    tell("Our words are taken out", () => {
      const radio = form.querySelector(`[name=mode][value=${before}]`);
      radio.checked = true;
      former = before;
      radio.focus();
      asMode();
      typed();
    });
  });

  // ---------- Items of lists, rows of tables ----------

  const entries = () => document.getElementById("entries");
  const what = () => entries().dataset.what;
  /** Counts the items again: each has its number in names and addresses. */
  function renumber() {
    const all = [...entries().children];
    all.forEach((entry, index) => {
      for (const element of entry.querySelectorAll("*")) {
        if (element.matches(".n")) element.textContent = index + 1;
        for (const attribute of ["id", "for", "aria-label", "aria-labelledby"]) {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.replace(/\d+/, index + 1));
        }
        if (element.matches("button")) element.value = element.value.replace(/\d+/, index + 1);
      }
      entry.querySelector("[value^=up]")?.setAttribute("aria-disabled", String(index === 0));
      entry.querySelector("[value^=down]")?.setAttribute("aria-disabled", String(index === all.length - 1));
    });
  }
  const numberOf = (entry) => [...entries().children].indexOf(entry) + 1;
  const fresh = () => document.getElementById("entry").content.firstElementChild.cloneNode(true);
  function arrange(button) {
    const entry = button.closest("#entries > li");
    const [action] = button.value.split(":");
    const number = entry && numberOf(entry);
    let focus = button;
    let words = "";
    let undo;
    if (action === "add") {
      entries().append(fresh());
      focus = entries().lastElementChild.querySelector("textarea");
      words = `${what()} ${entries().children.length} added`;
    } else if (action === "remove") {
      const next = entry.nextElementSibling;
      entry.remove();
      if (!entries().children.length) entries().append(fresh());
      const last = entries().lastElementChild;
      focus = (next ?? last).querySelector("textarea");
      words = `${what()} ${number} removed`;
      undo = () => {
        // The empty item that took the place of the only one goes.
        const only = entries().firstElementChild;
        const isStandIn = entries().children.length === 1 && !next
          && [...only.querySelectorAll("textarea")].every((area) => !area.value.trim());
        entries().insertBefore(entry, entries().children[number - 1] ?? null);
        if (isStandIn && number === 1) only.remove();
        renumber();
        entry.querySelector("textarea").focus();
        typed();
      };
    } else {
      if (action === "up") entry.previousElementSibling.before(entry);
      else entry.nextElementSibling.after(entry);
      words = `${what()} ${number} is now ${what().toLowerCase()} ${numberOf(entry)} of ${entries().children.length}`;
    }
    renumber();
    focus.focus();
    typed();
    if (undo) tell(words, undo);
    said.textContent = words;
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest(".moves button, #add");
    if (!button) return;
    event.preventDefault();
    if (button.getAttribute("aria-disabled") !== "true") arrange(button);
  });
  /** A line break in an item begins the next one. Several lines that are pasted become several items. */
  function inItems(area, kind) {
    if (area.id === "ours" || !area.value.includes("\n")) return;
    const entry = area.closest("#entries > li");
    const lines = area.value.split("\n");
    if (area.name !== "item[]" || !document.getElementById("entry")) {
      area.value = lines.map((line) => line.trim()).filter(Boolean).join(" ");
      return;
    }
    const isTyped = kind === "insertLineBreak" || kind === "insertParagraph";
    const words = isTyped ? lines : lines.map((line) => line.replace(/^\s*[•·▪*–-]\s+/, "").trim()).filter(Boolean);
    area.value = words[0] ?? "";
    let last = entry;
    for (const word of words.slice(1)) {
      const next = fresh();
      next.querySelector("textarea").value = word;
      last.after(next);
      last = next;
    }
    renumber();
    const goesOn = last.querySelector("textarea");
    goesOn.focus();
    const caret = isTyped ? 0 : goesOn.value.length;
    goesOn.setSelectionRange(caret, caret);
    said.textContent = `${what()} ${numberOf(last)} added`;
  }

  const chips = document.getElementById("chips");
  function explain(terms) {
    for (const term of terms) {
      if ([...form.querySelectorAll("[name=explained]")].some((input) => input.value === term)) continue;
      let list = chips.querySelector("ul");
      if (!list) {
        list = document.createElement("ul");
        list.className = "chips";
        list.setAttribute("aria-label", "References and words in this text");
        chips.append(list);
      }
      const chip = document.createElement("li");
      chip.className = "chip";
      const word = document.createElement("span");
      word.className = "term";
      word.textContent = term;
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.forget = "";
      button.setAttribute("aria-label", `Stop explaining “${term}”`);
      button.textContent = "×";
      const input = document.createElement("input");
      [input.type, input.name, input.value] = ["hidden", "explained", term];
      chip.append(word, " in “Words we use” ", button, input);
      list.append(chip);
    }
  }
  form.addEventListener("click", (event) => {
    const forget = event.target.closest("[data-forget]");
    if (forget) {
      const list = forget.closest("ul");
      forget.closest("li").remove();
      if (!list.children.length) list.remove();
      field().focus();
      typed();
    }
    const hint = event.target.closest("[data-select]");
    if (hint) {
      const words = hint.dataset.select;
      const area = fields().find(({ value }) => value.includes(words)) ?? field();
      const at = area.value.indexOf(words);
      area.focus();
      if (at >= 0) area.setSelectionRange(at, at + words.length);
    }
  });

  // ---------- Lists of references, words and details ----------

  const picker = document.getElementById("picker");
  const group = form.querySelector(".tools");
  if (group) group.hidden = false;
  let opener = null;
  let isTyped = false;
  function openList(name, afterSign) {
    const list = document.getElementById(`list-${name}`);
    opener = form.querySelector(`[data-list=${name}]`);
    isTyped = afterSign;
    for (const button of form.querySelectorAll("[data-list]")) {
      button.setAttribute("aria-expanded", String(button === opener));
    }
    picker.replaceChildren();
    picker.className = "picker";
    const title = document.createElement("label");
    title.htmlFor = "pick";
    title.textContent = `Search: ${list.dataset.label}`;
    const search = document.createElement("input");
    [search.type, search.id, search.autocomplete] = ["search", "pick", "off"];
    const found = document.createElement("ul");
    const count = document.createElement("p");
    count.className = "small muted";
    count.setAttribute("role", "status");
    // Names are found without their accents, too.
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const show = () => {
      const words = plain(search.value).split(/\s+/).filter(Boolean);
      const items = [...list.children].filter((item) => {
        const text = plain(`${item.dataset.insert} ${item.textContent}`);
        return words.every((word) => text.includes(word));
      });
      count.textContent = items.length === 1 ? "1 found" : `${items.length} found`;
      found.replaceChildren(...items.slice(0, 50).map((item) => {
        const line = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        const name = document.createElement("b");
        name.textContent = item.dataset.insert;
        const about = document.createElement("span");
        about.textContent = item.textContent;
        button.append(name, about);
        button.addEventListener("click", () => choose(list.id, item.dataset.insert));
        line.append(button);
        return line;
      }));
    };
    search.addEventListener("input", show);
    search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      found.querySelector("button")?.click();
    });
    picker.append(title, search, count, found);
    picker.hidden = false;
    show();
    search.focus();
  }
  function closeList(to) {
    picker.hidden = true;
    picker.replaceChildren();
    opener?.setAttribute("aria-expanded", "false");
    (to ?? opener)?.focus();
  }
  /** Puts words in place of others, with a blank before them if they follow a word. */
  function insert(words, start, end) {
    const blank = start > 0 && !/[\s(“]/.test(field().value[start - 1]) ? " " : "";
    field().setRangeText(blank + words, start, end, "end");
  }
  function choose(list, words) {
    const area = field();
    closeList(area);
    if (list === "list-terms" && area.id === "ours") {
      if (!area.value.includes(words)) insert(words, area.selectionStart, area.selectionEnd);
      explain([words]);
    } else if (list === "list-terms") {
      // An item marks its explained words where they are.
      insert(`[${words}, explained]`, area.selectionStart, area.selectionEnd);
    } else {
      const start = isTyped ? area.value.lastIndexOf("@", area.selectionStart - 1) : area.selectionStart;
      insert(`[${words}]`, start, area.selectionEnd);
    }
    if (mode() === "library") {
      const radio = form.querySelector("[name=mode][value=add]") ?? form.querySelector("[name=mode][value=replace]");
      if (radio) radio.checked = true;
      former = mode();
    }
    typed();
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-list]");
    if (!button) return;
    if (button.getAttribute("aria-expanded") === "true") closeList();
    else openList(button.dataset.list, false);
  });
  picker?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    closeList(isTyped ? field() : undefined);
  });

  // ---------- Save ----------

  const time = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (saved?.textContent) saved.textContent = saved.textContent.replace(/^Saved/, `Saved at ${time()}`);
  // What was done is said once, and not again after a reload.
  const here = new URL(location);
  for (const name of ["saved", "undone"]) here.searchParams.delete(name);
  history.replaceState(null, "", here);
  let isSent = false;
  const focus = Object.assign(document.createElement("input"), { type: "hidden", name: "focus" });
  form.append(focus);
  form.addEventListener("submit", (event) => {
    // The script shows the preview, so Enter outside of a field has nothing to do.
    const isOff = event.submitter?.getAttribute("aria-disabled") === "true" || event.submitter?.id === "by-enter";
    if (isOff) { event.preventDefault(); return; }
    clearTimeout(judging);
    waiting = false;
    if (asked.size) {
      event.preventDefault();
      const { submitter } = event;
      Promise.allSettled([...asked]).then(() => form.requestSubmit(submitter));
      return;
    }
    focus.value = document.activeElement?.id ?? "";
    isSent = true;
  });
  form.addEventListener("unsent", () => { isSent = false; });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    const button = bar?.querySelector("[value=save]");
    if (button) form.requestSubmit(button);
  });

  // Other texts of the leaflet: the program keeps the words meanwhile.
  const home = `/leaflets/${form.dataset.leaflet}/words`;
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const { origin, pathname, href } = new URL(link.href);
    if (origin !== location.origin || !pathname.startsWith(home)) return;
    event.preventDefault();
    while (running) await running;
    // The words are in this page only, if the program has ended.
    if (!(await isAnswering(form))) return;
    isSent = true;
    try {
      if (pending) await fetched(form.action, { method: "POST", body: body("keep") });
    } catch { isSent = false; return; }
    location.assign(href);
  });
  addEventListener("beforeunload", (event) => {
    if (isSent || (!unsaved() && !pending)) return;
    event.preventDefault();
  });
}
