// Changes the words of a leaflet as a clinician does: see desk.sh.

const fs = require("node:fs");
const path = require("node:path");
const {
  check, copiedClinic, expectText, flow, judgeScreen, judgeSource, tabTo, watch,
} = require("./common.cjs");

const clinic = copiedClinic();
const file = () => fs.readFileSync(path.join(clinic, "clinic.yaml"), "utf8");
const SLEEP = "/leaflets/sleep";
const HELPS = `${SLEEP}/words/sleep.what-helps-most.body`;

/** Waits until the pages show the typed words. */
async function shown(page, act) {
  const done = page.evaluate(() => new Promise((resolve) => window.addEventListener("shown", resolve, { once: true })));
  await act();
  await done;
}

const names = (page) => page.locator("#pages li").evaluateAll((items) => items.map((item) => item.dataset.name));

async function withMouse(page, desk) {
  await page.goto(desk.address);
  await page.goto(`${desk.site}${SLEEP}`);
  await page.getByRole("navigation", { name: "This leaflet" }).getByRole("link", { name: "Words" }).click();
  const outline = page.getByRole("navigation", { name: "Texts" });
  await outline.getByRole("link", { name: /^The best-tested help/ }).click();
  await page.getByRole("form", { name: /^The best-tested help/ }).waitFor();
  check(await page.locator("#ed").evaluate((heading) => heading === document.activeElement), "the heading has no focus");

  // Where the list of texts is above the editor, it stays there.
  const size = page.viewportSize();
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  const [list, form] = await Promise.all(["#outline", "#editor"].map((part) => page.locator(part).boundingBox()));
  check(list.y + list.height <= form.y, "the list of texts covers the editor");
  await page.setViewportSize(size);

  // The small print is at the end of the last page.
  await outline.getByRole("link", { name: /^Small print/ }).click();
  await page.getByRole("heading", { level: 2, name: /^Small print/ }).waitFor();
  await expectText(page, page.locator("#place"), /^Page (\d+) of \1$/);
  await outline.getByRole("link", { name: /^The best-tested help/ }).click();
  await page.getByRole("form", { name: /^The best-tested help/ }).waitFor();

  // A text that is picked on the page.
  await page.getByRole("link", { name: "Change: What we do not know" }).click();
  await page.getByRole("heading", { level: 2, name: "What we do not know" }).waitFor();
  await outline.getByRole("link", { name: /^The best-tested help/ }).click();
  await page.getByRole("heading", { level: 2, name: /^The best-tested help/ }).waitFor();

  const before = await names(page);
  await shown(page, () => page.getByRole("radio", { name: "Add after the library’s text" }).check());
  const field = page.getByRole("textbox", { name: "Our text, added after it" });
  await shown(page, () => field.fill("Our class meets each Monday."));
  await page.waitForFunction(() => document.querySelector("#unsaved .badge"));
  const after = await names(page);
  check(after.some((name, index) => name !== before[index]), "the pages do not change");
  check(after[0] === before[0], "the first page changes");
  await expectText(page, page.locator("#reads"), "Our class meets each Monday.");
  await expectText(page, page.locator("#effect"), "Still");

  // A long sentence has a hint, which selects it.
  const long = "If another clinic gives you a new tablet and you are not sure that it is safe with what you take now, then ask somebody of our team here first.";
  await shown(page, () => field.fill(`Our class meets each Monday. ${long}`));
  await page.getByRole("button", { name: /this sentence has/i }).click();
  const chosen = await field.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  check(chosen === long, `the hint selects ${chosen}`);
  await expectText(page, page.getByRole("status"), "One long sentence");

  // A reference, by the button and by the sign.
  await field.fill("Our class meets each Monday. ");
  await page.getByRole("button", { name: "Reference", exact: true }).click();
  await page.getByRole("searchbox", { name: "Search: Reference" }).fill("martinez");
  await shown(page, () => page.getByRole("button", { name: /^Martínez 2014/ }).click());
  check(/\[Mart[ií]nez 2014\]$/.test(await field.inputValue()), `the field has ${await field.inputValue()}`);
  await field.press("End");
  await page.keyboard.type(" @");
  await page.getByRole("searchbox", { name: "Search: Reference" }).fill("choy 2015");
  await shown(page, () => page.keyboard.press("Enter"));
  check((await field.inputValue()).endsWith(" [Choy 2015]"), `the field has ${await field.inputValue()}`);
  await page.getByRole("button", { name: "Name, phone and more" }).click();
  await page.keyboard.press("Escape");
  check(await page.getByRole("button", { name: "Name, phone and more" }).evaluate((button) => button === document.activeElement), "Escape does not go back");
  await page.getByRole("button", { name: "Explained word" }).click();
  await page.getByRole("searchbox", { name: "Search: Explained word" }).fill("insomnia");
  await shown(page, () => page.getByRole("button", { name: /^insomnia/ }).click());
  await expectText(page, page.locator("#chips"), "insomnia");

  // Unsaved words survive a reload and another text.
  const typed = await field.inputValue();
  await page.reload();
  check((await field.inputValue()) === typed, "a reload loses the words");
  await outline.getByRole("link", { name: /^Why sleep matters/ }).click();
  await page.getByRole("heading", { level: 2, name: "Why sleep matters" }).waitFor();
  await expectText(page, outline, "Not saved");
  await shown(page, () => page.getByRole("radio", { name: "Replace the library’s text" }).check());
  const other = page.getByRole("textbox", { name: "Our text", exact: true });
  check((await other.inputValue()).includes("[Lewis 2021]"), `the copy is ${await other.inputValue()}`);
  check(!file().includes("why-sleep-matters"), "the file is written without Save");
  await page.reload();
  await page.getByRole("button", { name: "Save all 2" }).click();
  await expectText(page, page.getByRole("status"), /^Saved at \d\d:\d\d$/);
  check(file().includes("[@choy-2015]"), `the file has ${file()}`);
  check(file().includes("{{> base}}"), "the file does not insert the library's text");
  check(file().includes("# A clinic whose leaflet"), "the comments are gone");
  check(/\[insomnia\]\{\.term\}/.test(file()), "the word is not explained");

  // Undo, and back to the library's text.
  await shown(page, () => other.fill("Short."));
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Undo my changes" }).click()]);
  check((await other.inputValue()).includes("[Lewis 2021]"), "Undo does not bring the saved words back");
  await shown(page, () => page.getByRole("radio", { name: "Use the library’s" }).check());
  await page.keyboard.press("Control+s");
  await expectText(page, page.getByRole("status"), /^Saved at/);
  check(!file().includes("why-sleep-matters"), "the text is still in the file");

  // A locked text has no field.
  await outline.getByRole("link", { name: /locked$/ }).first().click();
  await page.getByText("Safety messages are the same in all leaflets").waitFor();
  check((await page.locator("#ours").count()) === 0, "a locked text has a field");
}

async function withKeyboard(page, desk) {
  await page.goto(`${desk.site}${SLEEP}`);
  await tabTo(page, page.getByRole("link", { name: "Words" }));
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Texts" }).waitFor();
  await page.keyboard.press("Alt+ArrowDown");
  await page.getByRole("heading", { level: 2, name: "The short answer" }).waitFor();
  await page.keyboard.press("Alt+ArrowDown");
  await page.getByRole("heading", { level: 2, name: "Why sleep matters" }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "ed");
  await tabTo(page, page.getByRole("radio", { name: "Use the library’s" }));
  await page.keyboard.press("ArrowRight");
  const field = page.getByRole("textbox", { name: "Our text, added after it" });
  await tabTo(page, field);
  await page.keyboard.type("Come to our class.", { delay: 30 });
  check(await field.evaluate((area) => area === document.activeElement), "the field has lost the focus");
  await expectText(page, page.locator("#reads"), "Come to our class.");
  await tabTo(page, page.getByRole("button", { name: "Save", exact: true }));
  await page.keyboard.press("Enter");
  await expectText(page, page.getByRole("status"), /^Saved at/);
  check(file().includes("Come to our class."), "the words are not in the file");
}

const ITEMS = `${SLEEP}/words/sleep.questions-to-ask.items`;
const items = (page) => page.getByRole("textbox", { name: /^Item \d+$/ });
const values = (locator) => locator.evaluateAll((areas) => areas.map((area) => area.value));
const hasFocus = (locator) => locator.evaluate((element) => element === document.activeElement);

/** A list with a field for each item: with the mouse. */
async function list(page, desk) {
  await page.goto(desk.site + ITEMS);
  await shown(page, () => page.getByRole("radio", { name: "Replace the library’s text" }).check());
  await page.waitForFunction(() => document.querySelectorAll("#entries > li").length === 4);
  const begun = await values(items(page));
  check(begun[1] === "Could one of my medicines keep me awake?", `the list begins with ${begun}`);
  check((await page.getByRole("spinbutton", { name: "Lines to write on" }).inputValue()) === "3", "the lines are gone");

  const up = page.getByRole("button", { name: "Up: item 2" });
  await shown(page, () => up.click());
  check((await values(items(page)))[0] === begun[1], "the item does not move");
  check(await hasFocus(page.getByRole("button", { name: "Up: item 1" })), "the button has lost the focus");
  await expectText(page, page.getByRole("status"), "Item 2 is now item 1 of 4");
  await page.getByRole("button", { name: "Remove: item 1" }).click();
  await expectText(page, page.getByRole("status"), "Item 1 removed");
  check((await items(page).count()) === 3, "the item is still there");
  check(await hasFocus(items(page).first()), "the next item has no focus");
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  check((await values(items(page)))[0] === begun[1], "Undo does not bring the item back");
  check((await page.getByRole("button", { name: "Undo", exact: true }).count()) === 0, "Undo is still there");

  await page.getByRole("button", { name: "Add an item" }).click();
  check(await hasFocus(items(page).nth(4)), "the new item has no focus");
  await shown(page, () => page.keyboard.insertText("Who can I call at night?"));
  await items(page).nth(4).evaluate((area) => {
    const data = new DataTransfer();
    data.setData("text/plain", "\n• Where is the class?\n• May I bring a friend?\n");
    area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    document.execCommand("insertText", false, data.getData("text/plain"));
  });
  const all = await values(items(page));
  check(all.length === 7 && all[5] === "Where is the class?" && all[6] === "May I bring a friend?", `the items are ${all}`);
  await page.getByRole("button", { name: "Reference", exact: true }).click();
  await page.getByRole("searchbox", { name: "Search: Reference" }).fill("choy 2015");
  await shown(page, () => page.keyboard.press("Enter"));
  check((await values(items(page)))[6] === "May I bring a friend? [Choy 2015]", "the reference is not in the item");
  await expectText(page, page.locator("#reads"), "Where is the class?");
  await page.keyboard.press("Control+s");
  await expectText(page, page.getByRole("status"), /^Saved at/);
  check(/- Where is the class\?\n +- May I bring a friend\? \[@choy-2015\]\n/.test(file()), `the file has ${file()}`);
  const before = file();
  fs.writeFileSync(path.join(clinic, "clinic.yaml"), before.replace("- Where is the class?", "- Where is the class? # room 4"));
  await page.reload();
  await page.getByRole("button", { name: "Down: item 6" }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.getByRole("status"), /^Saved at/);
  check(/\[@choy-2015\]\n +- Where is the class\? # room 4/.test(file()), `the file has ${file()}`);

  // Undo after Save brings the former text back into the file.
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expectText(page, page.getByRole("status"), "The former words are back");
  check(/- Where is the class\? # room 4\n +- May I bring/.test(file()), `the file has ${file()}`);
  await shown(page, () => page.getByRole("radio", { name: "Use the library’s" }).check());
  await expectText(page, page.getByRole("status"), "Our words are taken out");
  await shown(page, () => page.getByRole("button", { name: "Undo", exact: true }).click());
  check(await page.getByRole("radio", { name: "Replace the library’s text" }).isChecked(), "Undo does not go back");
  await judgeScreen(page, "words-items");
  await page.setViewportSize({ width: 1440, height: 900 });
  await shown(page, () => page.getByRole("radio", { name: "Use the library’s" }).check());
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.getByRole("status"), /^Saved at/);
  check(!file().includes("questions-to-ask"), "the list is still in the file");
}

/** A list and a table with the keyboard alone. */
async function listWithKeyboard(page, desk) {
  await page.goto(desk.site + ITEMS);
  await tabTo(page, page.getByRole("radio", { name: "Use the library’s" }));
  await page.keyboard.press("ArrowRight");
  await tabTo(page, items(page).first());
  await page.keyboard.type("First question");
  await page.keyboard.press("Enter");
  check(await hasFocus(items(page).nth(1)), "Enter does not begin an item");
  await shown(page, () => page.keyboard.type("Second"));
  await tabTo(page, page.getByRole("button", { name: "Add an item" }));
  await page.keyboard.press("Enter");
  await page.keyboard.type("Third");
  check((await values(items(page))).join() === "First question,Second,Third", `the items are ${await values(items(page))}`);
  await page.keyboard.press("Control+s");
  await expectText(page, page.getByRole("status"), /^Saved at/);
  check(await hasFocus(items(page).nth(2)), "the item has lost the focus after Save");
  check(/- "\{\{> base\}\}"\n +- First question\n +- "Second"\n +- "Third"\n/.test(file()), `the file has ${file()}`);
  await tabTo(page, page.getByRole("button", { name: "Undo", exact: true }));
  await page.keyboard.press("Enter");
  await expectText(page, page.getByRole("status"), "The former words are back");
  check(!file().includes("First question"), "the list is still in the file");

  await page.goto(`${desk.site}${SLEEP}/words/sleep.sleep-diary.rows`);
  await tabTo(page, page.getByRole("radio", { name: "Use the library’s" }));
  await shown(page, () => page.keyboard.press("ArrowRight"));
  await page.waitForFunction(() => document.querySelectorAll("#entries > li").length === 7);
  await tabTo(page, page.getByRole("button", { name: "Remove: row 7" }));
  await page.keyboard.press("Enter");
  const row = page.getByRole("group", { name: "Row 6" });
  check(await hasFocus(row.getByRole("textbox", { name: "Day", exact: true })), "the row before has no focus");
  await judgeScreen(page, "words-rows");
  await page.setViewportSize({ width: 1440, height: 900 });
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Undo my changes" }).click()]);
}

/** A very long sentence is saved, and stops Print. */
async function tooLong(page, desk) {
  const address = `${SLEEP}/words/sleep.what-we-do-not-know.body`;
  await page.goto(desk.site + address);
  await shown(page, () => page.getByRole("radio", { name: "Add after the library’s text" }).check());
  const long = `Tell us ${"again and again ".repeat(10)}please.`;
  await shown(page, () => page.getByRole("textbox", { name: "Our text, added after it" }).fill(long));
  await expectText(page, page.locator("#reads"), "More than 30 words: this will not be printed");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.getByRole("status"), /^Saved at/);
  await page.goto(`${desk.site}${SLEEP}`);
  check(await page.getByRole("button", { name: "Print" }).isDisabled(), "a very long sentence is printed");
  await expectText(page, page.getByRole("form", { name: "Choices" }), "This sentence has 33 words");
  await judgeScreen(page, "leaflet-stopped");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("link", { name: "Open “What we do not know”" }).click();
  await page.getByRole("heading", { level: 2, name: "What we do not know" }).waitFor();
  await shown(page, () => page.getByRole("radio", { name: "Use the library’s" }).check());
  await page.keyboard.press("Control+s");
  await expectText(page, page.getByRole("status"), /^Saved at/);
}

/** Two windows, and somebody who edits the file. */
async function conflict(page, desk) {
  await page.goto(`${desk.site}/leaflets/sleep/words/sleep.why-sleep-matters.body`);
  const field = page.getByRole("textbox", { name: "Our text, added after it" });
  await shown(page, () => field.fill("Mine."));
  fs.writeFileSync(path.join(clinic, "clinic.yaml"), file().replace("Come to our class.", "Theirs."));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("region", { name: "Somebody else changed this text" }).waitFor();
  await expectText(page, page.locator("#conflict"), "Theirs.");
  await expectText(page, page.locator("#conflict"), "Mine.");
  check(file().includes("Theirs."), "the other words are overwritten");
  await judgeScreen(page, "words-conflict");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("button", { name: "Save mine over it" }).click();
  await expectText(page, page.getByRole("status"), /^Saved at/);
  check(file().includes("Mine.") && !file().includes("Theirs."), `the file has ${file()}`);

  // Changes of other words are put together.
  await shown(page, () => field.fill("Come at nine. Bring a friend. Park behind the house."));
  await page.keyboard.press("Control+s");
  await expectText(page, page.getByRole("status"), /^Saved at/);
  await shown(page, () => field.fill("Come at nine. Bring a friend. Park beside the house."));
  fs.writeFileSync(path.join(clinic, "clinic.yaml"), file().replace("at nine", "at ten"));
  await page.keyboard.press("Control+s");
  const region = page.getByRole("region", { name: "Somebody else changed this text" });
  await region.waitFor();
  check(await hasFocus(region.getByRole("heading", { level: 2 })), "the question has no focus");
  await expectText(page, region.locator(".lib"), "Come at ten. Bring a friend. Park beside the house.");
  await judgeScreen(page, "words-together");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("button", { name: "Save both together" }).click();
  await expectText(page, page.getByRole("status"), /^Saved at/);
  check(file().includes("Come at ten. Bring a friend. Park beside the house."), `the file has ${file()}`);
}

/** Words with which the leaflet cannot be made are saved, and each screen says so. */
async function unmade(page, desk) {
  const before = file();
  await page.goto(`${desk.site}${SLEEP}/words/sleep.why-sleep-matters.body`);
  const field = page.locator("#ours");
  const words = await field.inputValue();
  await shown(page, () => field.fill("Call {{clinic.nobody}} first."));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.getByRole("status"), /^Saved at \d\d:\d\d. This leaflet cannot be made yet.$/);
  const notice = page.getByRole("alert", { name: "Your words are saved, but this leaflet cannot be made" });
  await expectText(page, notice, "In this text");
  check(file().includes("{{clinic.nobody}}"), "the words are not in the file");
  await judgeSource("words-unmade", await (await page.context().request.get(page.url())).text());
  await judgeScreen(page, "words-unmade");
  for (const [name, address] of [["library-unmade", "/"], ["review-unmade", "/review"], ["leaflet-unmade", SLEEP]]) {
    await page.setViewportSize({ width: 1440, height: 900 });
    const response = await page.goto(desk.site + address);
    await judgeSource(name, await response.text());
    await page.waitForLoadState("networkidle");
    await judgeScreen(page, name);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(desk.site);
  await page.getByRole("region", { name: "Needs attention" }).getByRole("link", { name: /cannot be made$/ }).click();
  await page.getByRole("link", { name: /^Open this text/ }).click();
  await page.getByRole("heading", { level: 2, name: "Why sleep matters" }).waitFor();
  await shown(page, () => field.fill(words));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.getByRole("status"), /^Saved at \d\d:\d\d$/);
  check(file() === before, `the file has ${file()}`);
}

/** A program that has ended and was started again takes nothing, and what was typed stays in the page. */
async function ended(page, desk) {
  const outline = page.getByRole("navigation", { name: "Texts" });
  await page.goto(`${desk.site}${SLEEP}/words/sleep.why-sleep-matters.body`);
  const field = page.locator("#ours");
  const before = [file(), await field.inputValue()];
  await page.route("**/alive", (route) => route.fulfill({ status: 403 }));
  await shown(page, () => field.fill("Words of a long afternoon."));
  for (const leave of [
    () => page.getByRole("button", { name: "Save", exact: true }).click(),
    () => outline.getByRole("link", { name: /^What we do not know/ }).click(),
  ]) {
    await page.evaluate(() => document.getElementById("ended")?.remove());
    await leave();
    await expectText(page, page.getByRole("alert"), "The program was started again.");
    check((await field.inputValue()) === "Words of a long afternoon.", "the words are gone");
    check(file() === before[0], "the file was written");
  }
  await judgeScreen(page, "words-ended");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.unroute("**/alive");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.getByRole("status"), /^Saved at/);
  check(file().includes("Words of a long afternoon."), `the file has ${file()}`);
  await shown(page, () => field.fill(before[1]));
  await page.keyboard.press("Control+s");
  await page.waitForFunction((words) => document.getElementById("ours").value === words && !document.querySelector("#unsaved .badge"), before[1]);
}

/** The letter before a leaflet, and the fixed words. */
async function forEveryLeaflet(page, desk) {
  await page.goto(`${desk.site}${SLEEP}/words`);
  const outline = page.getByRole("navigation", { name: "Texts" });
  await outline.getByRole("link", { name: "Letter with the address" }).click();
  await page.getByRole("link", { name: "Change: Letter with the address" }).waitFor();
  const before = await names(page);
  await shown(page, () => page.getByRole("radio", { name: "Replace the library’s text" }).check());
  const field = page.getByRole("textbox", { name: "Our text" });
  check((await field.inputValue()).includes("Call us on [our phone]."), `the field begins with ${await field.inputValue()}`);
  await shown(page, () => field.fill("Here is what we talked about. Call us on [our phone] with your questions."));
  const after = await names(page);
  check(after[0] !== before[0] && after[1] === before[1], "the page of the letter does not follow");
  await expectText(page, page.locator("#reads"), "Here is what we talked about.");
  await expectText(page, page.locator("#effect"), "The letter has a page of its own.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.getByRole("status"), /^Saved at/);
  check(file().includes("body: \"Here is what we talked about. Call us on {{clinic.phone}} with your questions.\"")
    || file().includes("body: Here is what we talked about. Call us on {{clinic.phone}} with your questions."), file());
  await judgeScreen(page, "words-letter");
  await page.setViewportSize({ width: 1440, height: 900 });
  await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: "Show all our changes" }).click()]);
  const change = page.getByRole("region", { name: "The letter before the leaflet" });
  await Promise.all([page.waitForEvent("load"), change.getByRole("link", { name: /^Change it/ }).click()]);
  await shown(page, () => page.getByRole("radio", { name: "Use the library’s" }).check());
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.getByRole("status"), /^Saved at/);
  check(!file().includes("Here is what we talked about"), "the letter is still in the file");
  const parts = page.getByRole("navigation", { name: "Parts of this text" });
  for (const link of [outline.getByRole("link", { name: "Headings and labels" }), parts.getByRole("link", { name: "“Tip:”" })]) {
    await Promise.all([page.waitForEvent("load"), link.click()]);
  }
  await expectText(page, page.locator("#reads"), "The usual words are not measured.");
  await judgeScreen(page, "words-fixed");
}

async function screens(page, desk) {
  for (const [name, address] of [
    ["words", HELPS],
    ["words-list", `${SLEEP}/words/sleep.questions-to-ask.items`],
    ["words-table", `${SLEEP}/words/sleep.sleep-diary.rows`],
    ["words-locked", `${SLEEP}/words/shared.crisis.body`],
  ]) {
    await page.setViewportSize({ width: 1440, height: 900 });
    const response = await page.goto(desk.site + address);
    check(response.ok(), `${address} has the status ${response.status()}`);
    await judgeSource(name, await response.text());
    await page.waitForLoadState("networkidle");
    await judgeScreen(page, name);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(desk.site + HELPS);
  const field = page.locator("#ours");
  await shown(page, () => field.fill("Our class meets each Monday, and when you have a friend who sleeps badly and wants to come with you to see what it is like, bring them. [Nobody 1999]"));
  await page.getByRole("button", { name: "Reference", exact: true }).click();
  await page.getByRole("button", { name: /this sentence has/i }).waitFor();
  await judgeScreen(page, "words-typing");
}

flow("words", { clinic }, async ({ context, desk }) => {
  for (const use of [withMouse, withKeyboard, list, listWithKeyboard, tooLong, conflict, unmade, ended, forEveryLeaflet, screens]) {
    const page = await context.newPage();
    watch(page, desk.site);
    page.on("dialog", (dialog) => dialog.accept().catch(() => {}));
    await page.setViewportSize({ width: 1440, height: 900 });
    await use(page, desk);
    await page.close();
  }
}).finally(() => fs.rmSync(clinic, { recursive: true, force: true }));
