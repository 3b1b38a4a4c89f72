// A colleague approves the clinic's changes. A clinician settles what is due and what changed in the library.

const fs = require("node:fs");
const path = require("node:path");
const {
  check, copiedClinic, expectText, flow, judgeScreen, judgeSource, tabTo, watch,
} = require("./common.cjs");

const MEDICINES = "Most studies are short, so no one knows how long the benefits last [@mascarenhas-2021]. Some "
  + "medicines help some people to sleep a little";
const TEXT = `# Our words. Anna looks after them.
sleep:
  # Agreed in the team.
  what-we-do-not-know:
    body: |
      ${MEDICINES}. Talk with us about what is right for you. Our pharmacist can help, too.
  what-helps-most:
    heading: "The help we teach: CBT-I" # shorter
  questions-to-ask:
    items:
      - When does the next sleep class start?
      - "{{> base}}"
shared:
  about-medicines:
    body: |
      {{> base}}

      Our pharmacist is here on Mondays.
`;
const LOCK = `overrides:
  en:
    sleep.what-we-do-not-know.body:
      library: Fibromyalgia and inflammation
      version: 1.9.0
      base: "${MEDICINES}. Talk with us about what is right for you."
    sleep.what-helps-most.heading:
      library: Fibromyalgia and inflammation
      version: 1.9.0
      base: "The best help: CBT-I"
reviewed:
  sleep: { version: 2.0.0, by: Dr Bo Ek, on: 2026-11-22, next: 2026-11-25 }
  flares-stress-calm: { version: 2.0.0, by: Dr Bo Ek, on: 2026-11-22, next: 2027-01-14 }
seen:
  choy-2015: ${"0".repeat(64)}
`;
const TITLE = "Sleep better with fibromyalgia: what can help?";

const folder = copiedClinic();
const file = (name) => path.join(folder, name);
const read = (name) => fs.readFileSync(file(name), "utf8");
function prepare() {
  fs.mkdirSync(file("text"), { recursive: true });
  fs.writeFileSync(file("text/en.yaml"), TEXT);
  fs.writeFileSync(file("clinic.lock"), LOCK);
}

/** How a person presses a button or a link: with the mouse, or with Tab and Enter. */
const press = {
  mouse: (page, locator) => locator.click(),
  keyboard: async (page, locator) => { await tabTo(page, locator); await page.keyboard.press("Enter"); },
};
/** Presses something that leads to another page. */
const go = (by, page, locator) => Promise.all([page.waitForEvent("load"), press[by](page, locator)]);
const type = {
  mouse: (page, locator, words) => locator.fill(words),
  keyboard: async (page, locator, words) => {
    await tabTo(page, locator);
    await page.keyboard.press("Control+A");
    await page.keyboard.type(words);
  },
};

async function approves(page, desk, by) {
  await page.goto(`${desk.site}/leaflets/sleep`);
  await go(by, page, page.getByRole("link", { name: /^Our changes \d+ changes$/ }));
  await page.getByRole("heading", { level: 1, name: TITLE }).waitFor();
  const region = page.getByRole("region", { name: "What we do not know" });
  await expectText(page, region, "Added: Our pharmacist can help, too.");
  await expectText(page, region, "Left out: , although side effects are common");
  await expectText(page, page.getByRole("region", { name: "Your next visit" }), "[first name]");
  await expectText(page, page.getByRole("region", { name: "Your next visit" }), "[visit date]");
  await expectText(page, page.getByRole("region", { name: "Questions to ask" }), "Added: When does the next sleep class start?");
  const change = await region.getByRole("link", { name: /^Change it/ }).getAttribute("href");
  check(change.startsWith("/leaflets/sleep/words/sleep.what-we-do-not-know.body?"), `Change it leads to ${change}`);
  check((await page.getByText("Not approved").count()) >= 5, "changes are approved before anyone looked");
  await press[by](page, page.getByRole("button", { name: "Print this list" }));
  check(await page.evaluate(() => window.printed === true), "the print window did not open");

  await go(by, page, page.getByRole("button", { name: "Approve these changes" }));
  const name = page.getByRole("textbox", { name: "Your name" });
  await expectText(page, page.locator(".err"), "Write your name");
  check((await page.title()).startsWith("Error: "), `the title is ${await page.title()}`);
  check(!read("clinic.lock").includes("approved"), "it is approved without a name");
  await type[by](page, name, "Dr Ann Lee");
  await go(by, page, page.getByRole("button", { name: "Approve these changes" }));
  await expectText(page, page.getByRole("status"), "All of these changes are approved.");
  await expectText(page, region, "Approved by Dr Ann Lee, 30 November 2026");
  check(read("clinic.lock").includes("sleep.next-visit:"), "the new part is not in clinic.lock");

  fs.writeFileSync(file("text/en.yaml"), TEXT.replace("can help, too", "will help, too"));
  await page.reload();
  await expectText(page, region, "Not approved: changed since Dr Ann Lee, 30 November 2026");
  fs.writeFileSync(file("text/en.yaml"), TEXT);
}

async function reviews(page, desk, by) {
  await page.goto(`${desk.site}/`);
  await expectText(page, page.getByRole("region", { name: "Needs attention" }), "2 library texts changed");
  await go(by, page, page.getByRole("link", { name: "Go to review" }));
  await page.getByRole("heading", { level: 1, name: "Review" }).waitFor();
  await page.getByRole("link", { name: "Review 9 to look at" }).waitFor();

  const due = page.getByRole("region", { name: "Due for review", exact: true });
  await expectText(page, due, "Reviewed by Dr Bo Ek on 22 November 2026. Nobody recorded which of your words were read");
  await expectText(page, due, "Due on 14 January 2027");
  await go(by, page, page.getByRole("button", { name: `Mark as reviewed “${TITLE}”` }));
  await type[by](page, page.getByRole("textbox", { name: "Name of the clinician" }), "Dr Ann Lee");
  const next = page.getByRole("textbox", { name: "Next review" });
  check((await next.inputValue()) === "30 November 2028", `the next review is ${await next.inputValue()}`);
  await type[by](page, next, "30/11/2026");
  await go(by, page, page.getByRole("button", { name: "Save the review" }));
  await expectText(page, page.locator(".err"), "Write a day after today");
  await type[by](page, next, "1/12/2028");
  await go(by, page, page.getByRole("button", { name: "Save the review" }));
  await page.getByRole("link", { name: "Review 8 to look at" }).waitFor();
  check(/sleep:\n    version: 2.0.0\n    words: [0-9a-f]{64}\n    by: Dr Ann Lee\n    on: 2026-11-30\n    next: 2028-12-01/.test(read("clinic.lock")),
    `the review is not in clinic.lock: ${read("clinic.lock")}`);

  // The changes touch the same words, so only two choices are left.
  const conflict = page.getByRole("article", { name: "The help we teach: CBT-I" });
  check((await conflict.getByRole("radio").count()) === 2, "a conflict offers to take both");
  await press[by](page, conflict.getByRole("button", { name: "Decide later" }));
  check(await conflict.getByRole("radio").first().isHidden(), "the text is not put off");
  await press[by](page, conflict.getByRole("button", { name: "Decide now" }));

  const both = page.getByRole("article", { name: "What we do not know" });
  const reads = both.getByRole("status");
  await expectText(page, reads, "side effects are common Farag 2022. Talk with us about what is right for you. Our pharmacist can help, too.");
  const ours = both.getByRole("radio", { name: /^Keep ours/ });
  if (by === "mouse") await ours.check({ force: true });
  else {
    await tabTo(page, both.getByRole("radio", { name: /^Take both/ }));
    await page.keyboard.press("ArrowRight");
  }
  check(!(await reads.innerText()).includes("side effects"), "the status does not follow the choice");
  if (by === "mouse") await both.getByRole("radio", { name: /^Take both/ }).check({ force: true });
  else await page.keyboard.press("ArrowLeft");
  await go(by, page, both.getByRole("button", { name: "Save this choice" }));
  await page.getByRole("link", { name: "Review 7 to look at" }).waitFor();
  const merged = read("text/en.yaml");
  check(merged.includes("although side effects are common [@farag-2022]. Talk with us about what is right for you. Our pharmacist"),
    `the texts are not merged: ${merged}`);
  check(merged.includes("# Agreed in the team.") && merged.includes("# shorter"), "comments are lost");

  const heading = page.getByRole("article", { name: "The help we teach: CBT-I" });
  if (by === "mouse") await heading.getByRole("radio", { name: /^Take the library/ }).check({ force: true });
  else {
    await tabTo(page, heading.getByRole("radio", { name: /^Keep ours/ }));
    await page.keyboard.press("ArrowRight");
  }
  await go(by, page, heading.getByRole("button", { name: "Save this choice" }));
  await page.getByRole("link", { name: "Review 6 to look at" }).waitFor();
  check(!read("text/en.yaml").includes("The help we teach"), "our heading is still there");

  await go(by, page, page.getByRole("button", { name: "Mark as seen “Choy 2015”" }));
  await page.getByRole("link", { name: "Review 5 to look at" }).waitFor();
  check(!read("clinic.lock").includes("0".repeat(64)), "the source is not marked as seen");
}

async function screens(page, desk) {
  prepare();
  for (const [name, address] of [
    ["changes", "/leaflets/sleep/changes"],
    ["changes-empty", "/leaflets/brain-fog/changes"],
    ["review", "/review"],
    ["review-mark", "/review?mark=sleep"],
    ["library-attention", "/?show=attention"],
  ]) {
    await page.setViewportSize({ width: 1440, height: 900 });
    const response = await page.goto(desk.site + address);
    check(response.status() === 200, `${name} has the status ${response.status()}`);
    await judgeSource(name, await response.text());
    await page.waitForLoadState("networkidle");
    await judgeScreen(page, name);
  }
  fs.rmSync(file("clinic.lock"));
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${desk.site}/review`);
  await expectText(page, page.getByRole("main"), "Nothing is due, and nothing has changed in the library. The next review is due on 21 November 2027.");
  const open = page.getByRole("region", { name: "Not checked or approved" });
  await expectText(page, open, "Nobody has checked the emergency number 999.");
  await open.getByRole("link", { name: `Read our changes in ${TITLE}` }).waitFor();
  await judgeScreen(page, "review-empty");

  await page.goto(`${desk.site}/leaflets/sleep/changes`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Save as a web page" }).click(),
  ]);
  check(download.suggestedFilename() === "sleep-changes.html", `it is saved as ${download.suggestedFilename()}`);
  const saved = fs.readFileSync(await download.path(), "utf8");
  check(saved.includes("Our pharmacist") && !/<(script|link|img)/.test(saved), "the web page needs something else");
}

prepare();
flow("review", { clinic: folder }, async ({ context, desk }) => {
  const page = await context.newPage();
  watch(page, desk.site);
  await page.goto(desk.address);
  for (const by of ["mouse", "keyboard"]) {
    prepare();
    await approves(page, desk, by);
    prepare();
    await reviews(page, desk, by);
  }
  await screens(page, desk);
});
