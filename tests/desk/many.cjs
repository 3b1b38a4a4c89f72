// Makes many leaflets from a list in a browser, and puts leaflets on the pile: see desk.sh.

const fs = require("node:fs");
const path = require("node:path");
const {
  PATIENT, check, copiedClinic, expectText, flow, judgeScreen, judgeSource, tabTo, watch,
} = require("./common.cjs");

const SLEEP = "Sleep better with fibromyalgia";
const HEADINGS = "Leaflet,First name,Appointment,Language,NHS no.";
/** Five rows are ready once the slip in the second is mended. */
const LIST = [
  HEADINGS,
  `${SLEEP},${PATIENT},14 December 2026,English,${PATIENT} 1`,
  `Sleep better with fibromyalgya,${PATIENT},15 December 2026,English,2`,
  `sleep,${PATIENT},soon,English,3`,
  `move-and-pace,${PATIENT},,English,4`,
  `sleep,,16 December 2026,English,5`,
  `Nothing of ours,${PATIENT},16 December 2026,Swedish,6`,
  `sleep,${PATIENT},16 December 2026,English,7`,
  `sleep,${PATIENT},17 December 2026,English,8`,
].join("\n");
const LONG = [HEADINGS, ...Array.from({ length: 600 }, (_, row) => `sleep,Reader ${row},14 December 2026,English,`)].join("\n");

const list = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

/** Waits until a list is checked. */
async function checked(page) {
  await page.getByText("In your list").waitFor({ timeout: 120_000 });
  await page.waitForFunction(() => !document.querySelector("[data-poll]"), null, { timeout: 300_000 });
}

async function hasNoName(page, where) {
  const html = await page.content();
  check(!html.includes(PATIENT), `${where} shows what a column says`);
  check(!(await page.title()).includes(PATIENT), `${where}: the title has the name`);
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, history.state]));
  check(!stored.includes(PATIENT), `${where}: stored: ${stored}`);
}

/** What must hold when five leaflets are made. */
async function judgeDone(page) {
  await page.getByRole("heading", { level: 1, name: "5 leaflets are ready" }).waitFor({ timeout: 120_000 });
  await hasNoName(page, "result");
  const table = page.getByRole("table", { name: "Rows left out" });
  check((await table.getByRole("row").count()) > 1, "no rows are left out");
  await page.getByRole("link", { name: "Choose the fixed list" }).waitFor();
}

async function withMouse(page, { desk }) {
  // The pictures of all leaflets take their time.
  await page.goto(desk.address, { waitUntil: "domcontentloaded" });
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Make many" }).click();
  await page.getByRole("heading", { level: 1, name: "Make many leaflets" }).waitFor();
  await page.getByLabel("Choose a file").setInputFiles(list("Autumn recall.csv", LIST));
  await checked(page);
  await hasNoName(page, "check");
  for (const name of ["1 Your list", "2 Check", "3 Sample", "4 Make them"]) {
    await page.getByRole("region", { name, exact: true }).waitFor();
  }
  const column = page.getByRole("combobox", { name: "Use column A, Leaflet, as" });
  check((await column.inputValue()) === "handout", "the column of leaflets is not recognised");
  const unused = page.getByRole("combobox", { name: "Use column E, NHS no., as" });
  check((await unused.inputValue()) === "", "the last column is used");
  await expectText(page, page.locator("#tally"), "4 rows are ready");
  await page.getByRole("button", { name: `Use “${SLEEP}” in 1 row` }).click();
  await expectText(page, page.locator("#tally"), "5 rows are ready");
  await page.getByRole("button", { name: "Leave out row 3", exact: true }).click();
  await expectText(page, page.locator("#check"), "Left out by you: row 3");
  await page.getByRole("button", { name: "Put them back" }).click();
  await page.getByRole("button", { name: "Leave out row 3", exact: true }).click();
  await expectText(page, page.locator("#check"), "Left out by you: row 3");

  const row = page.getByRole("spinbutton", { name: "Row" });
  check((await row.inputValue()) === "1", "the sample is not of the first row");
  await page.getByRole("button", { name: "Next row" }).click();
  await page.waitForFunction(() => document.getElementById("row").value === "2");
  await row.fill("4");
  await row.press("Enter");
  await expectText(page, page.locator("dl.facts"), "Move a little");
  const source = await page.locator(".sample img").getAttribute("src");
  check(/^\/readers\/[0-9a-f]{64}\/pages\/1$/.test(source), `the sample is at ${source}`);
  await page.getByRole("link", { name: "Show all pages" }).click();
  await page.getByRole("heading", { level: 1, name: "Sample: row 4" }).waitFor();
  await page.getByRole("link", { name: "Make many" }).last().click();
  await page.getByRole("button", { name: "Hide the sample" }).click();
  await page.getByRole("button", { name: "Show a sample" }).waitFor();
  check((await page.locator(".sample").count()) === 0, "the sample is not hidden");

  const make = page.getByRole("region", { name: "4 Make them" });
  // A letter needs an address, which this list has not.
  const letter = make.getByRole("checkbox", { name: /^Put a letter with the address/ });
  await letter.check();
  await expectText(page, page.locator("#tally"), "0 rows are ready");
  await expectText(page, page.locator("#check"), "The letter has no address. Write it in your list, or leave the letter out below.");
  await letter.uncheck();
  await expectText(page, page.locator("#tally"), "5 rows are ready");
  await make.getByRole("spinbutton", { name: "Copies for each reader" }).fill("2");
  await expectText(page, page.locator("#cost"), /^Make 5 leaflets[^]*60 pages on 30 sheets, and 1 separator sheet/);
  await make.getByRole("radio", { name: /^A file for each reader/ }).check();
  check(!(await make.getByRole("checkbox", { name: /^Separator sheets/ }).isVisible()), "files have separator sheets");
  await make.getByRole("radio", { name: /^One file for the printer/ }).check();
  await make.getByRole("checkbox", { name: /^Separator sheets/ }).uncheck();
  await make.getByRole("spinbutton", { name: "Copies for each reader" }).fill("1");
  await expectText(page, page.locator("#cost"), /30 pages on 15 sheets\./);
  await make.getByRole("textbox", { name: "Name" }).fill("With the mouse");
  await make.getByRole("button", { name: "Make 5 leaflets" }).click();
  await judgeDone(page);
  await page.getByRole("button", { name: "Print" }).click();
  await page.waitForFunction(() => window.printed === true);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download PDF" }).click(),
  ]);
  check(download.suggestedFilename() === "With the mouse.pdf", `saved as ${download.suggestedFilename()}`);
  const bytes = fs.readFileSync(await download.path());
  check(bytes.subarray(0, 5).toString() === "%PDF-", "the download is no PDF");
  await page.getByRole("button", { name: "Open the folder" }).click();
  await expectText(page, page.locator("#said"), "The folder is");
  await page.getByRole("button", { name: "Delete these files" }).click();
  await page.getByRole("button", { name: "Keep them" }).click();
  await page.getByRole("button", { name: "Delete 1 file" }).waitFor({ state: "detached" });
}

async function withKeyboard(page, { desk }) {
  // From here on, no window of the system opens.
  page.on("filechooser", () => {});
  await page.goto(`${desk.site}/many`);
  const input = page.getByLabel("Choose a file");
  await tabTo(page, input);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
  await chooser.setFiles(list("Autumn recall.csv", LIST));
  await checked(page);
  await tabTo(page, page.getByRole("combobox", { name: "Use column E, NHS no., as" }));
  await tabTo(page, page.getByRole("button", { name: `Use “${SLEEP}” in 1 row` }));
  await page.keyboard.press("Enter");
  await expectText(page, page.locator("#tally"), "5 rows are ready");
  await page.waitForFunction(() => !document.querySelector("[data-poll]"));
  const focused = () => page.evaluate(() => document.activeElement.id);
  check((await focused()) === "part-2", `the focus is at ${await focused()}`);
  await tabTo(page, page.getByRole("button", { name: "Next row" }));
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.getElementById("row").value === "2");
  check((await focused()) === "step-next", `the focus is at ${await focused()}`);
  await tabTo(page, page.getByRole("radio", { name: /^One file/ }));
  await page.keyboard.press("ArrowRight");
  await tabTo(page, page.getByRole("textbox", { name: "Name" }));
  await page.keyboard.press("Control+A");
  await page.keyboard.type("With the keyboard", { delay: 20 });
  await tabTo(page, page.getByRole("button", { name: "Make 5 leaflets" }));
  await page.keyboard.press("Enter");
  await judgeDone(page);
  await tabTo(page, page.getByRole("button", { name: "Delete these files" }));
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Delete 5 files" }).waitFor();
  check((await focused()) === "sure", `the focus is at ${await focused()}`);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement.id === "ask");
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Delete 5 files" }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Make many leaflets" }).waitFor();
  check((await page.getByText("With the keyboard").count()) === 0, "the run is still there");
}

/** Judges a screen as it was. A run may be over before it is judged. */
async function judgeStill(page, address, html, name) {
  const still = await page.context().newPage();
  await still.route(address, (route) => route.fulfill({ contentType: "text/html", body: html }));
  await still.goto(address);
  await judgeScreen(still, name);
  await still.close();
}

/** A list that is dropped, stopped and carried on. */
async function stopAndCarryOn(page, { desk }) {
  await page.goto(`${desk.site}/many`);
  const dropped = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "Long list.csv"));
    return data;
  }, LONG);
  await page.dispatchEvent("#drop", "drop", { dataTransfer: dropped });
  await checked(page);
  await page.getByRole("textbox", { name: "Name" }).fill("Long list");
  await page.getByRole("button", { name: "Make 600 leaflets" }).click();
  await page.getByRole("heading", { level: 1, name: "Making “Long list”" }).waitFor();
  await page.getByRole("progressbar", { name: "Leaflets made" }).waitFor();
  await page.waitForFunction(() => !document.querySelector(".run .big").textContent.startsWith("0 "));
  const [running, address] = [await page.content(), page.url()];
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("heading", { level: 1, name: "“Long list” is not finished" }).waitFor();
  await judgeScreen(page, "many-stopped");
  await judgeStill(page, address, running, "many-running");
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.getByRole("link", { name: "Make many" }).first().click();
  await judgeScreen(page, "many-earlier");
  await page.getByRole("button", { name: "Carry on with Long list" }).click();
  await page.getByRole("heading", { level: 1, name: "600 leaflets are ready" }).waitFor({ timeout: 240_000 });
  // It asks before it prints that much.
  await page.getByRole("button", { name: "Print" }).click();
  const question = page.getByRole("group", { name: "This prints 3,624 pages." });
  await question.getByRole("button", { name: "Download instead" }).waitFor();
  await question.getByRole("button", { name: "Print", exact: true }).click();
  await page.waitForFunction(() => window.printed === true);
}

async function screens(page, { desk }) {
  for (const [name, address] of [["many", "/many"], ["many-example", "/many?carry-on=0"]]) {
    const response = await page.goto(desk.site + address);
    if (response.status() === 200) {
      await judgeSource(name, await response.text());
      await judgeScreen(page, name);
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${desk.site}/many`);
  await page.getByLabel("Choose a file").setInputFiles(list("Autumn recall.csv", LIST));
  await checked(page);
  await judgeSource("many-checked", await (await page.reload()).text());
  await judgeScreen(page, "many-checked");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("textbox", { name: "Name" }).fill("...");
  await page.getByRole("button", { name: /^Make \d+ leaflets/ }).click();
  await expectText(page, page.locator(".err"), "Write a name");
  check(await page.evaluate(() => document.activeElement.id === "name"), "the wrong field has not the focus");
  await judgeScreen(page, "many-wrong-name");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("link", { name: "Show all pages" }).click();
  await judgeScreen(page, "many-sample");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${desk.site}/many`);
  await page.getByRole("link", { name: "Open With the mouse" }).click();
  await judgeSource("many-done", await (await page.reload()).text());
  await judgeScreen(page, "many-done");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("button", { name: "Delete these files" }).click();
  await judgeScreen(page, "many-delete");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${desk.site}/many`);
  await page.getByLabel("Choose a file").setInputFiles(list("page.csv", "<html>"));
  await page.getByRole("heading", { name: "We cannot read “page.csv”" }).waitFor();
  await judgeScreen(page, "many-unreadable");
}

async function pile(page, { desk }) {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${desk.site}/leaflets/move-and-pace`);
  await page.getByRole("textbox", { name: /^First name/ }).fill(PATIENT);
  await page.getByRole("button", { name: "Add to pile" }).click();
  await page.getByRole("link", { name: "Pile, 1 leaflet", exact: true }).waitFor();
  check((await page.getByRole("textbox", { name: /^First name/ }).inputValue()) === PATIENT, "the name is gone");
  await page.goto(`${desk.site}/leaflets/sleep`);
  await page.getByRole("textbox", { name: /^First name/ }).fill("Ada");
  await page.getByRole("textbox", { name: /^Visit date/ }).fill("14 December 2026");
  await page.getByRole("button", { name: "Add to pile" }).click();
  await expectText(page, page.locator("#pile-status"), "leaflets for another reader");
  await page.getByRole("textbox", { name: /^First name/ }).fill(PATIENT);
  await page.getByRole("link", { name: "Download PDF" }).waitFor();
  await page.waitForLoadState("networkidle");
  await page.getByRole("button", { name: "Add to pile" }).click();
  await page.getByRole("link", { name: "Pile, 2 leaflets" }).click();
  const region = page.getByRole("region", { name: "Pile" });
  const items = region.getByRole("listitem");
  check((await items.count()) === 2, "the pile has not two leaflets");
  check(!(await region.innerText()).includes(PATIENT), "the pile shows the name");
  // The same leaflet for the same reader is a slip, unless somebody says that it is none.
  await page.getByRole("button", { name: "Add to pile" }).click();
  await expectText(page, page.locator("#pile-status"), "on the pile already");
  check((await items.count()) === 2, "a second press has added the leaflet");
  check(await page.evaluate(() => document.activeElement.matches("#pile [data-add]")), "the focus is not at the question");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Pile, 3 leaflets" }).waitFor();
  check((await items.count()) === 3, "the leaflet was not added again");
  await judgeScreen(page, "pile");
  await page.setViewportSize({ width: 1440, height: 900 });
  await region.getByRole("button", { name: `Remove ${SLEEP}` }).last().click();
  await page.waitForFunction(() => document.querySelectorAll(".piled li").length === 2);
  await page.waitForFunction(() => document.activeElement.id === "pile-head");
  await region.getByRole("button", { name: "Print the pile" }).click();
  await page.waitForFunction(() => window.printed === true);
  await expectText(page, page.locator("#pile-status"), "Actual size");

  await page.goto(`${desk.site}/`, { waitUntil: "domcontentloaded" });
  await page.getByRole("link", { name: "Pile, 2 leaflets" }).click();
  await page.getByRole("heading", { level: 1, name: "Pile" }).waitFor();
  check((await items.count()) === 2, "the screen of the pile has not two leaflets");
  await judgeSource("pile-alone", await (await page.reload()).text());
  await judgeScreen(page, "pile-alone");
  await page.setViewportSize({ width: 1440, height: 900 });
  await region.getByRole("button", { name: "Print the pile" }).click();
  await page.waitForFunction(() => window.printed === true);
  await region.getByRole("button", { name: `Remove ${SLEEP}` }).click();
  await page.waitForFunction(() => document.querySelectorAll(".piled li").length === 1);
  check(page.url() === `${desk.site}/pile`, `Remove leads to ${page.url()}`);
  await region.getByRole("button", { name: "Empty the pile" }).click();
  await page.getByText("Nothing is on the pile.").waitFor();
  await judgeScreen(page, "pile-empty");
}

/** Fails for files and names with the patient's name, but for leaflets. */
function judgeDisk(folder) {
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    check(!file.includes(PATIENT), `the name is in the name of ${file}`);
    if (!entry.isFile()) continue;
    check(!fs.readFileSync(file).includes(PATIENT), `the name is in ${file}`);
    const mode = fs.statSync(file).mode & 0o777;
    check(!file.includes("/made/") || mode === 0o600, `${file} has the mode ${mode.toString(8)}`);
  }
}

const clinic = copiedClinic();
flow("many", { clinic }, async ({ context, desk }) => {
  for (const use of [withMouse, withKeyboard, stopAndCarryOn, screens, pile]) {
    const page = await context.newPage();
    watch(page, desk.site);
    await use(page, { desk });
    await page.close();
  }
  judgeDisk(clinic);
  fs.rmSync(clinic, { recursive: true });
});
