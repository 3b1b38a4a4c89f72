// The screen "Words" works without this script: its form has buttons. With it, pages follow each key.

import { fetched, pager } from "./desk.js";

const form = document.getElementById("editor");
const region = document.getElementById("pages");
const field = document.getElementById("ours");
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
  const [edge, { top, bottom }] = [region, spot].map((part) => part.getBoundingClientRect());
  if (top < edge.top || bottom > edge.bottom) region.scrollBy(0, top - edge.top - edge.height / 4);
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
if (location.hash === "#ed") document.getElementById("ed").focus();
if (form && field) edit();

function edit() {
  const bar = document.getElementById("bar");
  const state = document.getElementById("state");
  let pending = false;
  let running = null;
  let waiting = false;
  let judging = 0;
  let saying = 0;
  let typedAt = 0;

  const unsaved = () => Number(state.dataset.unsaved);
  const body = (action) => {
    const data = new URLSearchParams(new FormData(form));
    data.set("do", action);
    return data;
  };
  const mode = () => form.elements.mode?.value ?? form.querySelector("[name=mode]").value;

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
        const { response, page } = await fetched(form.action, { method: "POST", body: data });
        if (!response.ok) throw new Error(page.querySelector("h2")?.textContent);
        // Newer words come soon, and their pages with them.
        await showPages(page);
        const fresh = page.getElementById("state");
        state.dataset.unsaved = fresh.dataset.unsaved;
        swap(page, ["unsaved", "state", "outline"]);
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
      const { response, page } = await fetched(form.action, { method: "POST", body: body("read") });
      if (!response.ok) return;
      swap(page, ["reads", "effect"]);
      clearTimeout(saying);
      saying = setTimeout(() => {
        said.textContent = document.querySelector("#reads [data-said]")?.dataset.said ?? "";
      }, Math.max(typedAt + SAID_AFTER - performance.now(), 0));
    } catch { /* The next key tells. */ }
  }
  const typed = () => {
    if (saved) saved.textContent = "";
    update();
    clearTimeout(judging);
    clearTimeout(saying);
    typedAt = performance.now();
    judging = setTimeout(judge, JUDGED_AFTER);
  };

  // ---------- The field ----------

  const label = form.querySelector("label[for=ours]");
  const asMode = () => {
    const chosen = mode();
    label.textContent = chosen === "add" ? "Our text, added after it" : "Our text";
    // A text that is replaced begins as the library's.
    if (chosen === "replace" && !field.value.trim()) {
      field.value = field.dataset.copy;
      explain(field.dataset.copyExplained.split("|").filter(Boolean));
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.closest("#picker")) return;
    if (event.target.name === "mode") asMode();
    if (event.target === field && event.data === "@") openList("references", true);
    typed();
  });

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
      field.focus();
      typed();
    }
    const hint = event.target.closest("[data-select]");
    if (hint) {
      const at = field.value.indexOf(hint.dataset.select);
      field.focus();
      if (at >= 0) field.setSelectionRange(at, at + hint.dataset.select.length);
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
    const blank = start > 0 && !/[\s(“]/.test(field.value[start - 1]) ? " " : "";
    field.setRangeText(blank + words, start, end, "end");
  }
  function choose(list, words) {
    closeList(field);
    if (list === "list-terms") {
      if (!field.value.includes(words)) insert(words, field.selectionStart, field.selectionEnd);
      explain([words]);
    } else {
      const start = isTyped ? field.value.lastIndexOf("@", field.selectionStart - 1) : field.selectionStart;
      insert(`[${words}]`, start, field.selectionEnd);
    }
    if (mode() === "library") {
      const radio = form.querySelector("[name=mode][value=add]") ?? form.querySelector("[name=mode][value=replace]");
      if (radio) radio.checked = true;
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
    closeList(isTyped ? field : undefined);
  });

  // ---------- Save ----------

  const time = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (saved?.textContent) saved.textContent = saved.textContent.replace(/^Saved/, `Saved at ${time()}`);
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (event.submitter?.getAttribute("aria-disabled") === "true") { event.preventDefault(); return; }
    isSent = true;
  });
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
    isSent = true;
    try {
      while (running) await running;
      if (pending) await fetched(form.action, { method: "POST", body: body("keep") });
    } catch { /* The words are lost only if the program ended. */ }
    location.assign(href);
  });
  addEventListener("beforeunload", (event) => {
    if (isSent || (!unsaved() && !pending)) return;
    event.preventDefault();
  });
}
