// Makes the picture of the README, pictures/leaflet.png: the leaflet screen of the example clinic. See desk.sh.
//
// With a folder for pictures, it is saved there as leaflet-readme.png. Copy it if the screen has changed.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { check, expectText, flow, watch } = require("./common.cjs");

/** The most bytes of the picture. */
const MAX_BYTES = 150_000;
const home = fs.mkdtempSync(path.join(os.tmpdir(), "desk-home-"));
process.on("exit", () => fs.rmSync(home, { recursive: true, force: true }));
const [, pictures] = process.argv.slice(2);

flow("picture", { home }, async ({ browser, desk }) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1045 }, deviceScaleFactor: 0.8 });
  const page = await context.newPage();
  watch(page, desk.site);
  await page.goto(desk.address);
  await page.getByRole("link", { name: "Just look around" }).click();
  await page.goto(`${desk.site}/leaflets/inflammation-link`);
  await page.waitForLoadState("networkidle");
  await expectText(page, page.locator("main"), "This is the example clinic, not yours");
  const image = await page.screenshot();
  check(image.length <= MAX_BYTES, `the picture has ${image.length} bytes`);
  if (pictures) fs.writeFileSync(path.join(pictures, "leaflet-readme.png"), image);
});
