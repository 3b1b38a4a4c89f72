// Prints on a printer of the clinic, and puts a letter before a leaflet, as a receptionist does: see desk.sh.

const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { PATIENT, check, copiedClinic, expectText, flow, judgeScreen, judgeSource, tabTo, watch } = require("./common.cjs");

const OPERATIONS = { PRINT: 0x02, JOBS: 0x0a, ATTRIBUTES: 0x0b };
/** Tags of IPP (RFC 8010). */
const TAGS = { ENUM: 0x23, KEYWORD: 0x44, CHARSET: 0x47, LANGUAGE: 0x48, MIME: 0x49 };

/** Writes an attribute with its values as IPP does. */
function attribute(tag, name, values) {
  return Buffer.concat(values.map((value, index) => {
    const [label, bytes] = [Buffer.from(index ? "" : name), Buffer.isBuffer(value) ? value : Buffer.from(value)];
    const head = Buffer.alloc(3);
    head.writeUInt8(tag, 0);
    head.writeUInt16BE(label.length, 1);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([head, label, length, bytes]);
  }));
}

/** A printer that speaks IPP. It keeps its jobs, and loses the next one if it is `losing`. */
async function startPrinter() {
  const printer = { jobs: [], reasons: ["none"], losing: false };
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      const operation = body.readUInt16BE(2);
      if (operation === OPERATIONS.PRINT) {
        if (printer.losing) { printer.losing = false; request.socket.destroy(); return; }
        const start = body.indexOf("%PDF-");
        printer.jobs.push({ head: body.subarray(0, start).toString("latin1"), file: body.subarray(start) });
      }
      const idle = Buffer.from([0, 0, 0, 3]);
      response.setHeader("content-type", "application/ipp");
      response.end(Buffer.concat([
        Buffer.from([1, 1, 0, 0]), body.subarray(4, 8), Buffer.from([1]),
        attribute(TAGS.CHARSET, "attributes-charset", ["utf-8"]),
        attribute(TAGS.LANGUAGE, "attributes-natural-language", ["en"]),
        ...(operation === OPERATIONS.ATTRIBUTES ? [
          Buffer.from([4]),
          attribute(TAGS.ENUM, "printer-state", [idle]),
          attribute(TAGS.KEYWORD, "printer-state-reasons", printer.reasons),
          attribute(TAGS.MIME, "document-format-supported", ["application/pdf"]),
          attribute(TAGS.KEYWORD, "sides-supported", ["one-sided", "two-sided-long-edge"]),
          attribute(TAGS.KEYWORD, "media-supported", ["iso_a4_210x297mm"]),
        ] : []),
        Buffer.from([3]),
      ]));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(printer, { port: server.address().port, end: () => server.close() });
}

const status = (page) => page.locator("#print-status");
const choice = (page) => page.getByRole("combobox", { name: "Print on", exact: true });
const letter = (page) => page.getByRole("checkbox", { name: "Put a letter with the address before it" });
const address = (page) => page.getByRole("textbox", { name: "Address", exact: true });

async function openLeaflet(page, desk) {
  await page.goto(`${desk.site}/leaflets/sleep`);
  await page.getByRole("textbox", { name: /^First name/ }).fill(PATIENT);
  await page.getByRole("textbox", { name: /^Visit date/ }).fill("14 December 2026");
  await page.getByRole("link", { name: "Download PDF" }).waitFor();
}

/** Waits for the pages and the sheets of the last choice. */
async function pageCount(page) {
  await page.waitForLoadState("networkidle");
  return page.locator("#pages img").count();
}

function judgeJob(job) {
  check(job.file.subarray(0, 5).toString() === "%PDF-", "the job has no PDF");
  check(/Leaflet [0-9a-f]{16}/.test(job.head), "the job has another name");
  check(!job.head.includes(PATIENT), "the attributes of the job have the name");
}

async function withMouse(page, desk, printer) {
  await page.goto(desk.address);
  await openLeaflet(page, desk);
  const options = await choice(page).locator("option").allInnerTexts();
  check(options.join() === "Choose in the browser,Reception,Ward 3", `the printers are ${options}`);
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await expectText(page, status(page), "Actual size");
  check(await page.evaluate(() => window.printed === true), "the print window does not open");

  await choice(page).selectOption("Reception");
  await page.getByRole("button", { name: "More copies" }).click();
  await page.getByRole("button", { name: "Print", exact: true }).dblclick();
  await expectText(page, status(page), "Sent to Reception: 2 copies, both sides.");
  check(printer.jobs.length === 1, `a double click makes ${printer.jobs.length} jobs`);
  judgeJob(printer.jobs[0]);
  await judgeScreen(page, "sent");
  await page.setViewportSize({ width: 1366, height: 768 });

  printer.reasons = ["media-empty"];
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await expectText(page, status(page), "Reception is out of paper: it prints as soon as paper is put in.");
  check(printer.jobs.length === 2, "the second print is missing");
  printer.reasons = ["none"];
  printer.losing = true;
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await expectText(page, status(page), "It may have printed: look before you send it again.");
  await judgeScreen(page, "uncertain");
  await page.setViewportSize({ width: 1366, height: 768 });
  await choice(page).selectOption("Ward 3");
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await expectText(page, status(page), "Nothing was printed. Ward 3 does not answer.");

  // The printer is remembered, and what was said is gone with the next leaflet.
  await choice(page).selectOption("Reception");
  await page.getByRole("textbox", { name: /^First name/ }).fill("Ada");
  await page.waitForFunction(() => document.getElementById("print-status").textContent === "");
  await page.reload();
  check((await choice(page).inputValue()) === "Reception", "the printer is not remembered");
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
  check(stored === '[{"printer":"Reception"},{}]', `stored: ${stored}`);
}

async function letterWithMouse(page, desk, printer) {
  await openLeaflet(page, desk);
  const without = await pageCount(page);
  check(await address(page).isHidden(), "the address is there without a letter");
  await letter(page).click();
  await page.waitForURL(/cover=letter&envelope=uk-dl/);
  await expectText(page, page.getByRole("listitem"), "Fill in “Address”");
  await judgeScreen(page, "letter-empty");
  await page.setViewportSize({ width: 1366, height: 768 });
  await address(page).fill(`${PATIENT} Bell`);
  await expectText(page, page.locator("#address-note"), "Write the street and the town below the name.");
  check((await address(page).getAttribute("aria-invalid")) === "true", "the address is not marked as wrong");
  await address(page).fill(`${PATIENT} Bell\n12 Mill Lane\nIN1 2AB`);
  await page.getByRole("link", { name: "Download PDF" }).waitFor();
  check((await address(page).getAttribute("aria-invalid")) === "false", "the address stays marked as wrong");
  check((await pageCount(page)) === without + 1, "the letter is no page");
  await page.getByRole("combobox", { name: "Envelope" }).selectOption("din-5008-a");
  await page.waitForURL(/envelope=din-5008-a/);
  check(!decodeURIComponent(page.url()).includes(PATIENT), `the name is in ${page.url()}`);
  await judgeScreen(page, "letter");
  await page.setViewportSize({ width: 1366, height: 768 });
  const before = printer.jobs.length;
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await expectText(page, status(page), "Sent to Reception: 1 copy, both sides.");
  check(printer.jobs.length === before + 1, "the letter is not printed");
  judgeJob(printer.jobs.at(-1));

  await page.getByRole("button", { name: "Add to pile" }).click();
  await expectText(page, page.locator(".piled"), "with a letter");
  await page.getByRole("combobox", { name: "Print the pile on" }).selectOption("Reception");
  await judgeScreen(page, "pile-on-printer");
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.getByRole("button", { name: "Print the pile" }).click();
  await expectText(page, page.locator("#pile-status"), "Sent to Reception: 1 copy, both sides.");
  check(printer.jobs.length === before + 2, "the pile is not printed");
  await page.goto(`${desk.site}/pile`);
  await judgeScreen(page, "pile-alone");
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.getByRole("button", { name: "Print the pile" }).click();
  await expectText(page, page.locator("#pile-status"), "Sent to Reception: 1 copy, both sides.");
  await page.getByRole("button", { name: "Empty the pile" }).click();
  await page.getByText("Nothing is on the pile.").waitFor();
}

async function withKeyboard(page, desk, printer) {
  await page.goto(`${desk.site}/leaflets/move-and-pace`);
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  const before = printer.jobs.length;
  await tabTo(page, letter(page));
  await page.keyboard.press("Space");
  await page.waitForURL(/cover=letter/);
  await tabTo(page, address(page));
  await page.keyboard.type(`${PATIENT} Bell\n12 Mill Lane`, { delay: 10 });
  await page.getByRole("link", { name: "Download PDF" }).waitFor();
  check(await address(page).evaluate((field) => field === document.activeElement), "the address has lost the focus");
  await tabTo(page, page.getByRole("combobox", { name: "Envelope" }));
  await page.keyboard.press("ArrowDown");
  await page.waitForURL(/envelope=uk-c5/);
  const isChosen = await page.evaluate(() => document.activeElement.id === "envelope");
  check(isChosen, "the envelope has lost the focus");
  await tabTo(page, choice(page));
  await page.keyboard.press("ArrowDown");
  check((await choice(page).inputValue()) === "Reception", "an arrow does not choose the printer");
  await pageCount(page);
  await tabTo(page, page.getByRole("button", { name: "Print", exact: true }));
  await page.keyboard.press("Enter");
  await expectText(page, status(page), "Sent to Reception: 1 copy, both sides.");
  check(printer.jobs.length === before + 1, "the keyboard does not print");
  const isOnPrint = await page.evaluate(() => document.activeElement.id === "print");
  check(isOnPrint, "the button has lost the focus");
  await page.keyboard.press("Control+p");
  await expectText(page, status(page), "Sent to Reception");
  await page.waitForFunction(() => !document.getElementById("print").hasAttribute("aria-disabled"));
  check(printer.jobs.length === before + 2, "Ctrl and P do not print on the printer");
}

/** The same by the forms alone. */
async function withoutScript(browser, desk, printer, cookies) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  await context.addCookies(cookies);
  const page = await context.newPage();
  const response = await page.goto(`${desk.site}/leaflets/move-and-pace?cover=letter`);
  await judgeSource("letter without script", await response.text());
  const before = printer.jobs.length;
  await address(page).fill(`${PATIENT} Bell\n12 Mill Lane`);
  await page.getByRole("button", { name: "Show the preview" }).click();
  await choice(page).selectOption("Reception");
  const [answer] = await Promise.all([
    context.waitForEvent("page"),
    page.getByRole("button", { name: "Print", exact: true }).click(),
  ]);
  await expectText(answer, status(answer), "Sent to Reception: 1 copy, both sides.");
  check(printer.jobs.length === before + 1, "the form does not print without the script");
  await context.close();
}

async function run() {
  const printer = await startPrinter();
  const clinic = copiedClinic();
  fs.appendFileSync(path.join(clinic, "clinic.yaml"), `printers:
  - { name: Reception, address: "ipp://127.0.0.1:${printer.port}/ipp/print", sides: two }
  - { name: Ward 3, address: "ipp://127.0.0.1:1/ipp/print" }
`);
  await flow("print", { clinic, flags: ["--read-only"] }, async ({ context, browser, desk }) => {
    for (const use of [withMouse, letterWithMouse, withKeyboard]) {
      const page = await context.newPage();
      await page.setViewportSize({ width: 1366, height: 768 });
      watch(page, desk.site);
      await use(page, desk, printer);
      await page.close();
    }
    await withoutScript(browser, desk, printer, await context.cookies());
    printer.end();
  });
}

run();
