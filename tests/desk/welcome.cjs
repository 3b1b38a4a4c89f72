// Makes a clinic on the first screen: see desk.sh.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { check, expectText, flow, judgeScreen, judgeSource, tabTo, watch } = require("./common.cjs");

const home = fs.mkdtempSync(path.join(os.tmpdir(), "desk-home-"));
process.on("exit", () => fs.rmSync(home, { recursive: true, force: true }));
fs.mkdirSync(path.join(home, "Documents"));
const folder = path.join(home, "Documents", "Leaflets");

flow("welcome", { home }, async ({ context, desk }) => {
  const page = await context.newPage();
  watch(page, desk.site);
  await page.goto(desk.address);
  await page.waitForURL(`${desk.site}/welcome`);
  await page.getByRole("heading", { level: 1, name: "Welcome. Whose leaflets are these?" }).waitFor();
  await judgeSource("welcome", await (await page.request.get(`${desk.site}/welcome`)).text());
  await judgeScreen(page, "welcome");
  await page.setViewportSize({ width: 1366, height: 768 });

  await page.getByRole("link", { name: "Just look around" }).click();
  await page.getByRole("heading", { level: 1, name: "Leaflets" }).waitFor();
  await expectText(page, page.locator("main"), "This is the example clinic, not yours");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Clinic" }).click();
  await page.getByRole("link", { name: "Make your clinic" }).waitFor();
  await judgeScreen(page, "clinic-example");
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.getByRole("link", { name: "Make your clinic" }).click();

  const form = page.getByRole("form", { name: "Your clinic" });
  const name = form.getByRole("textbox", { name: "Name of the clinic" });
  await tabTo(page, name);
  const picture = page.locator("#seen img");
  const before = await picture.getAttribute("src");
  await page.keyboard.type("Harbour Clinic", { delay: 20 });
  await page.waitForFunction((old) => document.querySelector("#seen img").getAttribute("src") !== old, before);
  await picture.and(page.getByAltText("The top of a leaflet, with the name “Harbour Clinic”")).waitFor();
  await tabTo(page, form.getByRole("textbox", { name: "Telephone" }));
  await page.keyboard.type("01632 960 500");
  await tabTo(page, form.getByRole("textbox", { name: "Emergency number" }));
  await page.keyboard.type("ask us");
  await page.keyboard.press("Enter");
  await expectText(page, page.locator("#emergency-e"), "Write the number to call");
  check(await page.evaluate(() => document.activeElement.id === "emergency"), "the focus is not at the fault");
  check(!fs.existsSync(folder), "a clinic with a fault is made");
  await judgeScreen(page, "welcome-fault");
  await page.setViewportSize({ width: 1366, height: 768 });
  await form.getByRole("textbox", { name: "Emergency number" }).fill("999");
  await tabTo(page, form.getByRole("button", { name: "Save and see the leaflets" }));
  await page.keyboard.press("Enter");
  await page.waitForURL(`${desk.site}/`);
  await expectText(page, page.getByRole("banner"), "Harbour Clinic");
  check((await page.getByText("example clinic").count()) === 0, "the example is still shown");
  const text = fs.readFileSync(path.join(folder, "clinic.yaml"), "utf8");
  check(text.includes('name: "Harbour Clinic"') && text.includes('phone: "01632 960 500"'), text);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Clinic" }).click();
  await expectText(page, page.locator("#check"), "Not checked yet");
});
