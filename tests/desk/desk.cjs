// Finds, fills in and prints a leaflet as a receptionist does: see desk.sh.

const fs = require("node:fs");
const http = require("node:http");
const {
  PATIENT, asked, check, expectText, flow, judgeScreen, judgeSource, tabTo, watch,
} = require("./common.cjs");

const SLEEP = "Sleep better with fibromyalgia: what can help?";

/** Waits until the pages of a leaflet are those of the last choice. */
async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() =>
    [...document.querySelectorAll("#pages img")].every((image) => image.complete && image.naturalWidth > 0));
}

/** Waits until the sheets are counted for two copies. */
async function twoCopies(page) {
  await page.waitForFunction(() => {
    const [pages, sheets] = document.getElementById("sheets").innerText.match(/\d+/g).map(Number);
    return sheets === 2 * Math.ceil(pages / 2);
  });
}

/** What must hold when a leaflet for the patient is shown, with two copies. */
async function judgeReaderScreen(page) {
  await settled(page);
  const sources = await page.locator("#pages img").evaluateAll((images) =>
    images.map((image) => image.getAttribute("src")));
  check(sources.length > 1, "no pages");
  check(sources.every((source) => /^\/readers\/[0-9a-f]{64}\/pages\/\d+$/.test(source)), `pages: ${sources}`);
  const query = new URL(page.url()).search;
  check(query.includes("edition=large-print"), `the address does not keep the edition: ${query}`);
  check(!decodeURIComponent(page.url()).includes(PATIENT), `the name is in ${page.url()}`);
  check(!(await page.title()).includes(PATIENT), "the name is in the title");
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, history.state]));
  check(!stored.includes(PATIENT), `stored: ${stored}`);
  const [count, sheets] = (await page.locator("#sheets").innerText()).match(/\d+/g).map(Number);
  check(count === sources.length && sheets === 2 * Math.ceil(count / 2), `${count} pages, ${sheets} sheets`);
}

/** What must hold after Print. */
async function judgePrint(page, site) {
  await expectText(page, page.locator("#print-status"), "Actual size");
  check(await page.evaluate(() => window.printed === true), "the print window does not open");
  const frame = page.locator("#print-frame");
  const source = await frame.getAttribute("src");
  check(source?.startsWith(`${site}/readers/`) && source.endsWith("/files/print.pdf?copies=2"), `prints ${source}`);
  const type = await page.evaluate(async (address) => {
    const response = await fetch(address);
    const bytes = new Uint8Array(await response.arrayBuffer());
    return response.headers.get("content-type") + String.fromCharCode(...bytes.slice(0, 5));
  }, source);
  check(type === "application/pdf%PDF-", `the print frame has ${type}`);
}

async function judgeDownloads(page) {
  for (const [name, ending, has] of [
    ["Download PDF", ".pdf", (bytes) => bytes.subarray(0, 5).toString() === "%PDF-"],
    ["Web page", ".html", (bytes) => bytes.toString().includes(`Dear ${PATIENT}`)],
    ["Plain text", ".txt", (bytes) => /Dear Quillon,\s+we\s+see\s+you\s+on\s+14\s+December\s+2026\./.test(bytes)],
  ]) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name, exact: true }).click(),
    ]);
    const file = download.suggestedFilename();
    check(file === `sleep${ending}`, `${name} is saved as ${file}`);
    const failure = await download.failure();
    check(!failure, `${name}: ${failure}`);
    if (!failure) check(has(fs.readFileSync(await download.path())), `${name} has other contents`);
  }
}

async function withMouse(page, desk) {
  await page.goto(desk.address);
  check(page.url() === `${desk.site}/`, `the address keeps the secret: ${page.url()}`);
  await expectText(page, page.getByRole("status"), /^\d+ leaflets$/);
  await page.getByRole("searchbox", { name: "Search leaflets" }).fill("Snore legs");
  await page.waitForFunction(() => document.querySelectorAll("#list article").length < 5);
  check(new URL(page.url()).searchParams.get("q") === "Snore legs", `the address is ${page.url()}`);
  await page.getByRole("link", { name: SLEEP }).click();
  await page.getByRole("heading", { level: 1, name: SLEEP }).waitFor();
  check(await page.getByRole("button", { name: "Print" }).isDisabled(), "Print works without the name");
  check((await page.getByText("(needed)").count()) === 2, "the fields do not say that they are needed");
  check((await page.getByRole("link", { name: "Add the number" }).count()) === 0, "a reader's value is asked for in Clinic");
  await page.getByRole("radio", { name: "Large print 18 point", exact: true }).click();
  await page.waitForURL(/edition=large-print/);
  const name = page.getByRole("textbox", { name: /^First name/ });
  await name.fill(PATIENT);
  const date = page.getByRole("textbox", { name: /^Visit date/ });
  await date.fill("31/2/2027");
  await expectText(page, page.locator(".err"), "not in the calendar");
  check((await date.getAttribute("aria-invalid")) === "true", "the field is not marked as wrong");
  await date.fill("14/12/2026");
  await expectText(page, page.locator(".hint"), "Prints as 14 December 2026");
  check((await date.getAttribute("aria-invalid")) === "false", "the field stays marked as wrong");
  await page.getByRole("button", { name: "More copies" }).click();
  await twoCopies(page);
  check((await page.getByRole("spinbutton", { name: "Copies" }).inputValue()) === "2", "not two copies");
  await judgeReaderScreen(page);
  check((await page.getByText("(needed)").count()) === 0, "filled fields are still needed");
  await judgeDownloads(page);

  const place = page.locator("#place");
  const region = page.getByRole("region", { name: "Pages of the leaflet" });
  await page.getByRole("button", { name: "Next page" }).click();
  await expectText(page, place, "Page 2 of");
  await region.focus();
  await page.keyboard.press("End");
  const last = (await place.innerText()).split(" of ")[1];
  await expectText(page, place, `Page ${last} of ${last}`);
  await page.keyboard.press("Home");
  await expectText(page, place, "Page 1 of");
  await page.keyboard.press("+");
  await expectText(page, page.locator("#zoom"), "125%");

  await page.getByRole("button", { name: "Print" }).click();
  await judgePrint(page, desk.site);

  const picture = await page.locator("#pages img").first().getAttribute("src");
  await page.getByRole("link", { name: "All leaflets" }).click();
  await page.getByRole("heading", { level: 1, name: "Leaflets" }).waitFor();
  await page.waitForFunction(async (address) => (await fetch(address)).status === 410, picture);
}

async function withKeyboard(page, desk) {
  await page.goto(`${desk.site}/`);
  await tabTo(page, page.getByRole("link", { name: "Skip to the main content" }));
  await tabTo(page, page.getByRole("searchbox", { name: "Search leaflets" }));
  await page.keyboard.type("SNORE legs");
  await page.waitForFunction(() => document.querySelectorAll("#list article").length < 5);
  await tabTo(page, page.getByRole("link", { name: SLEEP }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: SLEEP }).waitFor();
  await tabTo(page, page.getByRole("radio", { name: /^Standard/ }));
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(/edition=large-print/);
  const chosen = page.getByRole("radio", { name: "Large print 18 point", exact: true });
  check(await chosen.evaluate((radio) => radio === document.activeElement), "the choice has lost the focus");
  check(await chosen.isChecked(), "the choice is not checked");
  await tabTo(page, page.getByRole("textbox", { name: /^First name/ }));
  await page.keyboard.type(PATIENT, { delay: 20 });
  await tabTo(page, page.getByRole("textbox", { name: /^Visit date/ }));
  await page.keyboard.type("14.12.2026", { delay: 20 });
  await expectText(page, page.locator(".hint"), "Prints as 14 December 2026");
  const isInField = await page.evaluate(() => document.activeElement.name === "visit.date");
  check(isInField, "the field has lost the focus while typing");
  await tabTo(page, page.getByRole("spinbutton", { name: "Copies" }));
  await page.keyboard.press("ArrowUp");
  await settled(page);
  await page.getByRole("link", { name: "Download PDF" }).waitFor({ timeout: 30_000 });
  await twoCopies(page);
  await judgeReaderScreen(page);
  await tabTo(page, page.getByRole("button", { name: "Print" }));
  await page.keyboard.press("Enter");
  await judgePrint(page, desk.site);
}

/** A health record on another site links to a condition. */
async function fromAnotherSite(page, desk) {
  const link = `${desk.site}/leaflets?code=M79.7&system=icd-10&language=en`;
  const record = http.createServer((request, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(`<!DOCTYPE html><title>Record</title><a href="${link}">Leaflets</a><img src="${desk.site}/logo.svg">`);
  });
  await new Promise((resolve) => record.listen(0, "127.0.0.1", resolve));
  const answers = [];
  page.on("response", (response) => answers.push([response.url(), response.status()]));
  await page.goto(`http://localhost:${record.address().port}/`);
  await page.getByRole("link", { name: "Leaflets" }).click();
  await page.getByRole("heading", { level: 1, name: "Leaflets for M79.7" }).waitFor();
  check((await page.locator("#list, .cards").getByRole("article").count()) > 1, "the link shows no leaflets");
  const picture = answers.find(([url]) => url.endsWith("/logo.svg"));
  check(!picture || picture[1] === 403, `another site embeds a picture: ${picture}`);
  record.close();
}

/** An edition that is not made for a sheet is on another one, and the screen says so. */
async function anotherSheet(page, desk) {
  await page.goto(`${desk.site}/leaflets/sleep?paper=a5`);
  await page.getByRole("radio", { name: /^Large print/ }).check({ force: true });
  const note = page.locator("#sheet-note");
  await expectText(page, note, "The edition “Large print” is not made for “A5”. So it is printed on A4.");
  await settled(page);
  await judgeScreen(page, "another-sheet");
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.goto(`${desk.site}/leaflets/sleep?paper=a5&edition=large-print`);
  await page.getByRole("button", { name: "Use “Standard” on “A5”" }).click();
  await page.waitForURL(/edition=standard&paper=a5/);
  check((await note.innerText()) === "", "the note is still there");
  check(await page.getByRole("radio", { name: "A5", exact: true }).evaluate((radio) => radio === document.activeElement), "the focus is lost");
}

async function screens(context, browser, desk) {
  const page = await context.newPage();
  watch(page, desk.site);
  for (const [name, address] of [
    ["library", "/"],
    ["no-result", "/?q=gout+and+nothing+else"],
    ["leaflet", "/leaflets/sleep"],
    ["condition", "/leaflets?code=M79.7"],
    ["help", "/help"],
    ["not-found", "/nothing"],
  ]) {
    await page.setViewportSize({ width: 1440, height: 900 });
    const response = await page.goto(desk.site + address);
    await judgeSource(name, await response.text());
    await page.waitForLoadState("networkidle");
    await judgeScreen(page, name);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${desk.site}/leaflets/sleep`);
  await page.getByRole("textbox", { name: /^First name/ }).fill(PATIENT);
  await page.getByRole("textbox", { name: /^Visit date/ }).fill("soon");
  await expectText(page, page.locator(".err"), "not a date");
  await judgeScreen(page, "wrong-value");
  await page.getByRole("textbox", { name: /^Visit date/ }).fill("14 December 2026");
  await page.getByRole("link", { name: "Download PDF" }).waitFor();
  await settled(page);
  await judgeScreen(page, "reader");
  await page.close();

  const link = await asked(`${desk.site}/leaflets?code=M79.7`, {
    "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document",
  });
  await judgeSource("link", link);
  const linked = await context.newPage();
  // The page goes on at once, so it is judged without that.
  const still = link.replace(/<meta http-equiv="refresh"[^>]*>/, "");
  await linked.route("**/leaflets?code=M79.7", (route) => route.fulfill({ contentType: "text/html", body: still }));
  await linked.goto(`${desk.site}/leaflets?code=M79.7`);
  await judgeScreen(linked, "link");
  await linked.close();

  const stranger = await browser.newContext();
  const outside = await stranger.newPage();
  await outside.goto(desk.address);
  await outside.getByRole("heading", { level: 1, name: "Open the address that the program shows" }).waitFor();
  await judgeScreen(outside, "no-session");
  await stranger.close();
}

flow("desk", {}, async ({ context, browser, desk }) => {
  for (const use of [withMouse, withKeyboard]) {
    const page = await context.newPage();
    watch(page, desk.site);
    await use(page, desk);
    await page.close();
  }
  const record = await context.newPage();
  await fromAnotherSite(record, desk);
  await record.close();
  const sheet = await context.newPage();
  watch(sheet, desk.site);
  await anotherSheet(sheet, desk);
  await sheet.close();
  await screens(context, browser, desk);
});
