// The preview of the clinic follows while typing. Save keeps the place.

import { NO_ANSWER, fetched, newest, swap } from "./desk.js";

const form = document.getElementById("clinic");
if (form) clinic(form);

function clinic(form) {
  const state = () => document.querySelector("#save-state span");
  let isSaved = true;

  /** Replaces what a program's answer says, but never a field that somebody types in. */
  const show = (page, more = []) => {
    const focused = document.activeElement;
    const faults = [...form.querySelectorAll("[data-part]")].map((part) => part.id);
    const parts = ["top", "hidden", "verdict", "seen", "savebar", "logo-part", "check", ...more];
    const busy = (id) => document.getElementById(id)?.contains(focused) && focused.matches("input, select");
    const kept = focused?.id;
    swap(page, [...parts, ...faults].filter((id) => !busy(id)));
    for (const field of form.querySelectorAll(".field")) {
      const control = field.querySelector("input, select");
      const isBad = field.querySelector(".err") !== null;
      field.classList.toggle("bad", isBad);
      if (isBad) control?.setAttribute("aria-invalid", "true");
      else control?.removeAttribute("aria-invalid");
    }
    if (kept && document.activeElement === document.body) document.getElementById(kept)?.focus();
    document.title = page.title || document.title;
    isSaved = state()?.closest(".state").matches(".warn, .late") !== true;
  };

  const answered = async (address, body) => {
    try {
      const { page } = await fetched(address, { method: "POST", body });
      if (!page.getElementById("clinic")) {
        state().textContent = page.querySelector("h1")?.textContent ?? NO_ANSWER;
        return null;
      }
      return page;
    } catch {
      state().textContent = NO_ANSWER;
      return null;
    }
  };
  // One request at a time. A preview that came after a save would bring the old values back.
  let last = Promise.resolve();
  const ask = (address, body) => (last = last.then(() => answered(address, body)));
  const typed = (submitter) => new URLSearchParams(new FormData(form, submitter));

  const update = newest(async () => {
    const sent = typed().toString();
    const page = await ask(form.dataset.preview, new URLSearchParams(sent));
    // Something was typed meanwhile: the next answer is on its way.
    if (page && typed().toString() === sent) show(page);
    else if (page) swap(page, ["seen", "verdict"]);
  });
  let timer;
  form.addEventListener("input", (event) => {
    if (event.target.id === "pick") document.getElementById("colour").value = event.target.value;
    if (event.target.id === "colour" && /^#[0-9a-f]{6}$/i.test(event.target.value)) {
      document.getElementById("pick").value = event.target.value;
    }
    if (event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(update, event.target.matches("[type=text], [type=tel], [type=email], [type=url]") ? 60 : 0);
  });

  /** The whole form as the program has it. */
  const renew = (page, focus) => {
    swap(page, ["clinic", "seen", "who"]);
    document.title = page.title || document.title;
    document.getElementById(focus)?.focus();
    isSaved = true;
  };

  const save = async (submitter) => {
    const page = await ask(form.action, typed(submitter));
    if (!page) return;
    const isDone = page.querySelector("#save-state.ok") !== null;
    if (isDone) {
      renew(page, "save");
      const at = document.getElementById("saved-at");
      const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
      if (at) at.textContent = ` at ${time}`;
      return;
    }
    if (page.querySelector("#top table")) {
      swap(page, ["clinic", "seen"]);
      isSaved = false;
      document.querySelector("#top h2")?.scrollIntoView({ block: "center" });
    } else {
      show(page, ["phones", "printers"]);
    }
    const first = form.querySelector("[aria-invalid=true]") ?? form.querySelector("#top button") ?? document.getElementById("save");
    first?.focus();
  };

  const actions = {
    undo: async (submitter) => {
      const page = await ask(submitter.formAction, typed(submitter));
      if (page) renew(page, "undo");
    },
    "add-phone": async (submitter) => {
      const page = await ask(submitter.formAction, typed(submitter));
      if (!page) return;
      show(page, ["phones"]);
      [...form.querySelectorAll("#phones input")].at(-1)?.focus();
    },
    "add-printer": async (submitter) => {
      const page = await ask(submitter.formAction, typed(submitter));
      if (!page) return;
      show(page, ["printers"]);
      form.querySelector("#printers fieldset:last-of-type [type=text]")?.focus();
    },
    "leave-out-printer": async (submitter) => {
      const page = await ask(submitter.formAction, typed(submitter));
      if (!page) return;
      swap(page, ["printers"]);
      show(page);
      (form.querySelector("#printers fieldset:last-of-type [type=text]") ?? form.querySelector("#printers button"))?.focus();
    },
    "use-colour": async (submitter) => {
      const colour = submitter.value.split(" ")[1];
      const field = document.getElementById("colour");
      field.value = colour;
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    take: async (submitter) => {
      const page = await ask(submitter.formAction, typed(submitter));
      if (!page) return;
      swap(page, ["clinic", "seen"]);
      document.getElementById("save")?.focus();
    },
    "check-again": async (submitter) => {
      const page = await ask(submitter.formAction, typed(submitter));
      if (!page) return;
      show(page);
      document.getElementById("checked_by")?.focus();
    },
    "leave-out": async (submitter) => {
      const page = await ask(submitter.formAction, typed(submitter));
      if (!page) return;
      show(page);
      document.getElementById("choose-logo")?.focus();
    },
  };

  let isBusy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // A button that is pressed twice does its work once.
    if (isBusy) return;
    isBusy = true;
    clearTimeout(timer);
    const action = event.submitter?.name === "do" ? event.submitter.value.split(" ")[0] : null;
    try {
      if (action) await actions[action]?.(event.submitter);
      else await save(event.submitter);
    } finally {
      isBusy = false;
    }
  });
  form.addEventListener("click", (event) => {
    if (event.target.closest("#choose-logo")) document.getElementById("logo_file").click();
  });
  form.addEventListener("change", async (event) => {
    if (event.target.id !== "logo_file" || !event.target.files.length) return;
    const page = await ask(form.dataset.upload, new FormData(form));
    if (!page) return;
    show(page);
    document.getElementById(form.querySelector("#logo-e .err") ? "choose-logo" : "logo_alt")?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(document.getElementById("save"));
    }
  });
  addEventListener("beforeunload", (event) => {
    if (!isSaved) event.preventDefault();
  });
  form.querySelector("[aria-invalid=true]")?.focus();
}
