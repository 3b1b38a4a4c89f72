// Changes a clinic, and starts leaflets of its own: see desk.sh.

const fs = require("node:fs");
const path = require("node:path");
const { check, copiedClinic, expectText, flow, judgeScreen, judgeSource, tabTo, watch } = require("./common.cjs");

const clinic = copiedClinic();
process.on("exit", () => fs.rmSync(clinic, { recursive: true, force: true }));
const file = path.join(clinic, "clinic.yaml");
const original = fs.readFileSync(file, "utf8");
const saved = () => fs.readFileSync(file, "utf8");

/** A logo of 400 pixels, made by the browser. */
async function logo(page) {
  const data = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [400, 400];
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#3b4a9e";
    pen.fillRect(0, 0, 400, 400);
    return canvas.toDataURL("image/png").split(",")[1];
  });
  return Buffer.from(data, "base64");
}

const picture = (page) => page.locator("#seen img").first().getAttribute("src");
async function changed(page, before) {
  await page.waitForFunction((old) => document.querySelector("#seen img")?.getAttribute("src") !== old, before);
}

async function withMouse(page, desk) {
  await page.goto(desk.address);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Clinic" }).click();
  await page.getByRole("heading", { level: 1, name: "Clinic" }).waitFor();
  const form = page.getByRole("form", { name: "Clinic" });
  for (const name of [
    "Who you are", "How to reach you", "In an emergency", "How leaflets look", "Unless you choose otherwise",
  ]) {
    check((await form.getByRole("region", { name, exact: true }).count()) === 1, `no region ${name}`);
  }
  await page.getByRole("complementary", { name: "How it will look" }).waitFor();
  await expectText(page, page.locator("#save-state"), "No changes");

  let before = await picture(page);
  await form.getByRole("textbox", { name: "Name of the clinic" }).fill("Quayside Pain and Sleep Clinic");
  await changed(page, before);
  await expectText(page, page.locator("#save-state"), "Not saved yet: name of the clinic");
  before = await picture(page);
  await form.getByRole("textbox", { name: "Brand colour" }).fill("#1b95a8");
  await changed(page, before);
  await expectText(page, page.locator("#verdict"), "too pale to read");
  await form.getByRole("button", { name: /^Use #/ }).click();
  await page.waitForFunction(() => !document.querySelector("#verdict").innerText.includes("too pale"));
  check((await form.getByRole("textbox", { name: "Brand colour" }).inputValue()) === "#005c69", "the colour is not taken");

  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    form.getByRole("button", { name: "Choose a file" }).click(),
  ]);
  await chooser.setFiles({ name: "secret name.png", mimeType: "image/png", buffer: await logo(page) });
  await expectText(page, page.locator("#logo-part"), "400 × 400 pixels");
  check(fs.readdirSync(clinic).join() === "clinic.yaml", "the logo is saved before Save");
  await form.getByRole("textbox", { name: "What the logo shows" }).fill("A square");
  await form.getByRole("textbox", { name: "Email" }).fill("desk");
  await expectText(page, page.locator("#email-e"), "as in desk@clinic.example");
  await form.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.locator("#save-state"), "Not saved");
  check(saved() === original, "a form with faults is saved");
  check(await page.evaluate(() => document.activeElement.id === "email"), "the focus is not at the fault");
  check((await page.title()).startsWith("Error: "), `the title is ${await page.title()}`);
  await form.getByRole("textbox", { name: "Email" }).fill("desk@quayside.example");
  await form.getByRole("button", { name: "Add another number" }).click();
  await form.getByRole("textbox", { name: "Telephone 3" }).fill("01632 960 411");
  await form.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.locator("#save-state"), /Saved at \d\d:\d\d/);
  const text = saved();
  for (const words of [
    "# A clinic whose leaflet on sleep", "name: Quayside Pain and Sleep Clinic", "#005c69", "logo.png", "A square",
    "desk@quayside.example", "01632 960 411", "Dear {{patient.first_name}}, we see you on {{visit.date}}.",
  ]) {
    check(text.includes(words), `clinic.yaml has no ${words}: ${text}`);
  }
  check(fs.readdirSync(clinic).sort().join() === "clinic.yaml,logo.png", `files: ${fs.readdirSync(clinic)}`);
  await expectText(page, page.getByRole("banner"), "Quayside Pain and Sleep Clinic");

  await form.getByRole("textbox", { name: "Checked by" }).fill("Dr A. Example");
  await form.getByRole("button", { name: "Save with this check" }).click();
  await expectText(page, page.locator("#check"), "Checked by Dr A. Example on 30");
  await form.getByRole("button", { name: "Check again" }).click();
  await form.getByRole("textbox", { name: "Checked by" }).waitFor();
  await form.getByRole("button", { name: "Undo my changes" }).click();
  await expectText(page, page.locator("#check"), "Checked by Dr A. Example on 30");

  await form.getByRole("button", { name: "Leave the logo out" }).click();
  await expectText(page, page.locator("#save-state"), "Not saved yet: logo");
  await form.getByRole("button", { name: "Undo my changes" }).click();
  await expectText(page, page.locator("#save-state"), "No changes");
  await form.getByRole("button", { name: "Choose another file" }).waitFor();

  // Somebody else changes the same value.
  await form.getByRole("textbox", { name: "Opening hours" }).fill("Mondays");
  fs.writeFileSync(file, `${saved()}hours: Tuesdays\n`);
  await form.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.locator("#top"), "Somebody else changed the clinic meanwhile");
  check(saved().includes("hours: Tuesdays"), "the other change is overwritten");
  check((await form.getByRole("textbox", { name: "Opening hours" }).inputValue()) === "Mondays", "what was typed is lost");
  await judgeScreen(page, "clinic-conflict");
  await page.setViewportSize({ width: 1366, height: 768 });
  await form.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.locator("#save-state"), /Saved at/);
  check(saved().includes("hours: Mondays"), saved());
}

async function withKeyboard(page, desk) {
  await page.goto(`${desk.site}/clinic`);
  const form = page.getByRole("form", { name: "Clinic" });
  const department = form.getByRole("textbox", { name: "Department" });
  await tabTo(page, department);
  const before = await picture(page);
  await page.keyboard.press("End");
  await page.keyboard.type(", first floor", { delay: 20 });
  await changed(page, before);
  check(await department.evaluate((field) => field === document.activeElement), "the field has lost the focus");
  check((await department.inputValue()).endsWith(", first floor"), "letters are lost");
  await tabTo(page, form.getByRole("radio", { name: /^Standard/ }));
  await page.keyboard.press("ArrowRight");
  await expectText(page, page.locator("#save-state"), "Not saved yet: department, edition");
  await page.keyboard.press("Control+s");
  await expectText(page, page.locator("#save-state"), /Saved at/);
  check(saved().includes(", first floor") && /edition: "?large-print/.test(saved()), saved());

  await page.goto(desk.site);
  await tabTo(page, page.getByRole("link", { name: "Start a leaflet of your own" }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Start a leaflet of your own" }).waitFor();
  await tabTo(page, page.getByRole("textbox", { name: "Title" }));
  await page.keyboard.type("Our classes");
  await tabTo(page, page.getByRole("textbox", { name: "For whom" }));
  await page.keyboard.type("For adults who want to meet others");
  await tabTo(page, page.getByRole("radio", { name: /^An empty frame/ }));
  await tabTo(page, page.getByRole("button", { name: "Start writing" }));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/leaflets\/our-classes/);
  check(fs.existsSync(path.join(clinic, "our-classes", "text", "en.yaml")), "the leaflet has no file");
  await page.goto(`${desk.site}/?show=own`);
  await page.getByRole("link", { name: "Our classes" }).waitFor();
  check(await page.getByRole("radio", { name: /^Our own 1/ }).isChecked(), "own leaflets are not counted");
}

/** What was typed and not saved is there again after a reload. */
async function afterReload(page, desk) {
  page.on("dialog", (dialog) => dialog.accept());
  const before = saved();
  await page.goto(`${desk.site}/clinic`);
  const hours = page.getByRole("textbox", { name: "Opening hours" });
  await hours.fill("Thursdays");
  await expectText(page, page.locator("#save-state"), "Not saved yet: opening hours");
  await page.reload();
  check((await hours.inputValue()) === "Thursdays", "a reload loses what was typed");
  await expectText(page, page.locator("#save-state"), "Not saved yet: opening hours");
  check(saved() === before, "what was typed is saved before Save");
  await page.getByRole("button", { name: "Undo my changes" }).click();
  await expectText(page, page.locator("#save-state"), "No changes");
  await page.reload();
  check((await hours.inputValue()) === "Mondays", "Undo does not forget what was typed");
}

/** Printers are added, and left out again. */
async function printers(page, desk) {
  await page.goto(`${desk.site}/clinic`);
  const region = page.getByRole("region", { name: "Printers" });
  await region.getByRole("button", { name: "Add a printer" }).click();
  const name = region.getByRole("textbox", { name: "Name of the printer" });
  await page.waitForFunction(() => document.activeElement?.id === "printer1_name");
  await name.fill("Reception");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.locator("#printer1_address-e"), "as in ipp://printserver/printers/reception");
  await page.waitForFunction(() => document.activeElement?.id === "printer1_address");
  await region.getByRole("textbox", { name: "Address of the printer" }).fill("ipp://printserver/printers/reception");
  await region.getByRole("combobox", { name: "Sides" }).selectOption("Both sides");
  await region.getByRole("checkbox", { name: "Staple leaflets" }).check();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.locator("#save-state"), /Saved at/);
  check(/printers:\n  - \{ name: "Reception", address: "ipp:\/\/printserver\/printers\/reception", sides: "two", staple: true \}/.test(saved()), saved());
  await judgeScreen(page, "clinic-printers");
  await page.setViewportSize({ width: 1366, height: 768 });
  await region.getByRole("button", { name: "Leave out printer 1" }).click();
  await expectText(page, region, "No printers yet.");
  await expectText(page, page.locator("#save-state"), "Not saved yet: printers");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectText(page, page.locator("#save-state"), /Saved at/);
  check(!saved().includes("printers:"), saved());

  await page.getByRole("radio", { name: "A letter before the leaflet" }).check({ force: true });
  await expectText(page, page.locator("#envelope-e"), "Choose the envelope");
  await page.getByRole("radio", { name: "No letter" }).check({ force: true });
  await expectText(page, page.locator("#save-state"), "No changes");
}

async function ownCopy(page, desk) {
  await page.goto(`${desk.site}/leaflets/new`);
  await page.getByRole("textbox", { name: "Title" }).fill("Sleep, our way");
  await page.getByRole("radio", { name: /^A copy/ }).click();
  await page.getByRole("combobox", { name: "Leaflet to copy" }).selectOption("sleep");
  await judgeScreen(page, "new-leaflet");
  await page.getByRole("button", { name: "Start writing" }).click();
  await page.waitForURL(/\/leaflets\/sleep-our-way/);
  const text = fs.readFileSync(path.join(clinic, "sleep-our-way", "text", "en.yaml"), "utf8");
  check(text.includes("Sleep, our way"), text.slice(0, 200));
}

/** The editions that are not shown at once. */
async function rareEdition(page, desk) {
  await page.goto(`${desk.site}/leaflets/move-and-pace`);
  await page.getByRole("radio", { name: "Another" }).click();
  await page.waitForURL(/edition=large-print%2Cmono|edition=large-print,mono/);
  await page.getByRole("combobox", { name: "More editions" }).selectOption("short,mono");
  await page.waitForURL(/edition=short(,|%2C)mono/);
  check((await page.getByRole("combobox", { name: "More editions" }).inputValue()) === "short,mono", "the edition is not kept");
}

async function screens(page, desk) {
  for (const [name, address] of [["clinic", "/clinic"], ["new-leaflet-empty", "/leaflets/new"]]) {
    await page.setViewportSize({ width: 1440, height: 900 });
    const response = await page.goto(desk.site + address);
    await judgeSource(name, await response.text());
    await page.waitForLoadState("networkidle");
    await judgeScreen(page, name);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${desk.site}/clinic`);
  await page.getByRole("textbox", { name: "Website" }).fill("quayside.example");
  await page.getByRole("textbox", { name: "Brand colour" }).fill("#c8102e");
  await expectText(page, page.locator("#verdict"), "kept for emergencies");
  await expectText(page, page.locator("#website-e"), "Write the whole address");
  await judgeScreen(page, "clinic-faults");
  page.on("dialog", (dialog) => dialog.accept());
}

flow("clinic", { clinic }, async ({ context, desk }) => {
  for (const use of [withMouse, withKeyboard, afterReload, printers, ownCopy, rareEdition, screens]) {
    const page = await context.newPage();
    watch(page, desk.site);
    await use(page, desk);
    await page.close();
  }
});
