// What all flows share: the program, the browser, and the checks of a screen. See desk.sh.

const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { spawn } = require("node:child_process");
const { HtmlValidate } = require("html-validate");
const { chromium } = require("playwright-core");

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  // Titles of leaflets are the author's words. Lists may have names, and regions of tables are no sections. Places on a
  // page and lengths of bars are style attributes.
  rules: {
    "long-title": "off", "aria-label-misuse": "off", "prefer-native-element": "off",
    "no-inline-style": ["error", { allowedProperties: ["display", "left", "top", "width", "height", "--w"] }],
  },
});
/** A name that stands nowhere but in the leaflet that was made for it. */
const PATIENT = "Quillon";

const [program, pictures] = process.argv.slice(2);
let failures = 0;
let checks = 0;
function check(holds, message) {
  checks += 1;
  if (holds) return;
  failures += 1;
  console.log(message);
}

/** Starts the program for a clinic, or in a home without one. Returns its first address, and what it writes later. */
async function start({ clinic, home, flags }) {
  const { HANDOUT_CLINIC, ...env } = process.env;
  const own = home ? [] : ["-c", clinic];
  const child = spawn(path.resolve(program), ["--date", "2026-11-30", "serve", "--no-open", ...own, ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
    ...(home ? { cwd: home, env: { ...env, HOME: home } } : {}),
  });
  let said = "";
  child.stdout.on("data", (data) => { said += data; });
  const address = await new Promise((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`the program ended with ${code}: ${said}`)));
    child.stderr.on("data", (data) => {
      said += data;
      const line = said.match(/^(http:\S+)\n/);
      if (line) resolve(line[1]);
    });
  });
  return { child, address, site: new URL(address).origin, said: () => said.replace(`${address}\n`, "") };
}

/** Fails for each request that goes elsewhere or has the patient's name in its address. */
function watch(page, site) {
  page.on("request", (request) => {
    const url = request.url();
    const isOurs = url.startsWith(`${site}/`) || /^(data|blob|chrome|chrome-extension):/.test(url);
    check(isOurs, `asks for ${url}`);
    check(!url.includes(PATIENT), `has the patient's name in ${url}`);
  });
  page.on("console", (message) => {
    // A page that says "no such page" has the status 404, a reader's page that was forgotten 410, a form that was
    // not saved 409 or 422.
    if (!/status of (403|404|409|410|422)/.test(message.text())) check(false, `console: ${message.text()}`);
  });
  page.on("pageerror", (error) => check(false, `script: ${error.message}`));
}

async function expectText(page, locator, text) {
  try {
    await locator.filter({ hasText: text }).first().waitFor({ state: "attached", timeout: 30_000 });
    check(true);
  } catch {
    check(false, `no ${text}: ${await page.locator("main").innerText()}`);
  }
}

/** Presses Tab until an element has the focus. Each stop must be seen. */
async function tabTo(page, locator) {
  for (let stops = 0; stops < 120; stops += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      const { left, top, right, bottom } = element.getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2];
      const hit = document.elementFromPoint(x, y);
      const isSeen = hit && (hit === element || element.contains(hit) || hit.contains(element));
      return { html: element.outerHTML.slice(0, 120), isSeen, isMarked: element.matches(":focus-visible") };
    });
    if (stop.html.startsWith("<body")) continue;
    check(stop.isSeen, `the focus is covered: ${stop.html}`);
    check(stop.isMarked, `the focus is not marked: ${stop.html}`);
    if (await locator.evaluate((element) => element === document.activeElement).catch(() => false)) return;
  }
  throw new Error(`Tab does not reach ${locator}`);
}

/** Sends a request that no browser sends for a page. */
function asked(address, headers) {
  return new Promise((resolve, reject) => {
    http.get(address, { headers }, (response) => {
      let text = "";
      response.on("data", (data) => { text += data; });
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

/** Names states that cannot be told apart in the page: chosen and not, current and not, with the focus and without. */
function statesThatLookAlike() {
  const lost = [];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const short = (element) => element.outerHTML.slice(0, 120);
  const look = (element) => [null, "::after"].map((part) => {
    const style = getComputedStyle(element, part);
    const sides = ["Top", "Left", "Bottom"].map((side) => [style[`border${side}Width`], style[`border${side}Color`]]);
    return [style.content, style.display, style.fontWeight, style.color, style.backgroundColor, style.outline, sides].join();
  }).join();
  for (const [state, mark] of [
    [".choice input:checked", (input) => input.nextElementSibling],
    ["nav [aria-current], .partlist [aria-current], .languages [aria-current], .spot[aria-current]", (link) => link],
    [".btn[aria-disabled=true], .btn:disabled", (button) => button],
  ]) {
    for (const element of [...document.querySelectorAll(state)].filter((one) => shown(mark(one)))) {
      const list = element.closest("fieldset, ul, ol, form, .ptools, .paper") ?? document.body;
      const kind = element.matches("input") ? "input" : element.matches(".btn") ? ".btn" : element.matches(".spot") ? ".spot" : "a";
      const others = [...list.querySelectorAll(kind)].filter((one) => !one.matches(state) && one.className === element.className && shown(mark(one)));
      if (others.some((one) => look(mark(one)) === look(mark(element)))) lost.push(`looks like the others: ${short(element)}`);
    }
  }
  for (const element of document.querySelectorAll("main :is(a[href], button, input, select, textarea, summary, [tabindex='0'])")) {
    if (!shown(element) || element.disabled) continue;
    const ring = element.matches(".choice input") ? element.nextElementSibling : element.matches("input[type=file]") ? element.parentElement : element;
    const outlines = () => [null, "::after"].map((part) => getComputedStyle(ring, part)).map(({ outlineStyle, outlineWidth, outlineColor }) =>
      outlineStyle === "none" ? "" : outlineWidth + outlineColor).join();
    const before = outlines();
    element.focus({ focusVisible: true, preventScroll: true });
    if (document.activeElement === element && outlines() === before) lost.push(`shows no focus: ${short(element)}`);
  }
  document.activeElement?.blur();
  const plain = document.createElement("div");
  plain.style.backgroundColor = "Canvas";
  document.body.append(plain);
  const canvas = getComputedStyle(plain).backgroundColor;
  plain.remove();
  for (const element of document.querySelectorAll("progress, .swatch i, .len i, .count, .disc:not(.todo)")) {
    if (shown(element) && getComputedStyle(element).backgroundColor === canvas) lost.push(`has no colour: ${short(element)}`);
  }
  return lost;
}

/** Checks how a screen is built, in light and dark, at three widths. */
async function judgeScreen(page, name) {
  const looks = ["light", "dark"].flatMap((colorScheme) =>
    [1440, 390, 320].map((width) => ({ colorScheme, width })));
  for (const { colorScheme, width } of looks) {
    const look = `${name}, ${colorScheme}, ${width} wide`;
    // Colours change at once, so that none is measured on its way.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: width > 1000 ? 900 : 720 });
    const tooWide = () => page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    check((await tooWide()) <= 0, `${look}: ${await tooWide()} pixels too wide`);
    const cut = await page.evaluate(() => {
      const menu = document.querySelector(".nav");
      return menu ? menu.scrollWidth - menu.clientWidth : 0;
    });
    check(cut <= 0, `${look}: ${cut} pixels of the navigation are out of sight`);
    // The narrowest screen has the same parts as one of 390 pixels, and less room.
    if (width !== 390) {
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => axe.run());
      for (const { id, help, nodes } of violations) {
        check(false, `${look}: axe: ${id}: ${help}: ${nodes[0].html.slice(0, 200)}`);
      }
    }
    check(true);
    if (pictures) await page.screenshot({ path: path.join(pictures, `${name}-${colorScheme}-${width}.png`), fullPage: true });
  }
  // With the colours of the reader's system.
  for (const width of [1440, 390, 320]) {
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce", forcedColors: "active" });
    await page.setViewportSize({ width, height: width > 1000 ? 900 : 720 });
    for (const lost of await page.evaluate(statesThatLookAlike)) check(false, `${name}, forced colours, ${width} wide: ${lost}`);
    check(true);
    if (pictures) await page.screenshot({ path: path.join(pictures, `${name}-forced-${width}.png`), fullPage: true });
  }
  await page.emulateMedia({ forcedColors: "none" });
  // The text spacing of WCAG 1.4.12, at 320 pixels.
  const excess = await page.evaluate(() => {
    const spaced = new CSSStyleSheet();
    spaced.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }");
    document.adoptedStyleSheets.push(spaced);
    const { scrollWidth, clientWidth } = document.documentElement;
    document.adoptedStyleSheets.pop();
    return scrollWidth - clientWidth;
  });
  check(excess <= 0, `${name}: ${excess} pixels too wide with spaced text`);
}

async function judgeSource(name, html) {
  const report = await validator.validateString(html);
  for (const message of report.results.flatMap((result) => result.messages)) {
    check(false, `${name}: html-validate: line ${message.line}: ${message.ruleId}: ${message.message}`);
  }
  check(true);
}

/** Copies the clinic of these tests into a new folder, for a flow that changes it. */
function copiedClinic() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "desk-clinic-"));
  fs.cpSync(path.join(__dirname, "clinic"), folder, { recursive: true });
  return folder;
}

/**
 * Starts program and browser, and uses the desk: `use({ context, browser, desk })`. Ends with the code of desk.sh.
 * `clinic` is a folder, and `flags` are more arguments of `serve`. With `home`, a folder, the program finds no clinic.
 */
async function flow(name, { clinic = path.join(__dirname, "clinic"), home, flags = [] }, use) {
  try {
    await started(name, { clinic, home, flags }, use);
  } catch (error) {
    console.error(error);
    process.exit(2);
  }
}

async function started(name, where, use) {
  if (pictures) fs.mkdirSync(pictures, { recursive: true });
  const desk = await start(where);
  const downloads = fs.mkdtempSync(path.join(os.tmpdir(), "desk-"));
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-sync"],
    downloadsPath: downloads,
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
    context.setDefaultTimeout(30_000);
    // Headless Chromium has no print window.
    await context.addInitScript(() => { window.print = () => { window.top.printed = true; }; });
    await use({ context, browser, desk });
    check(desk.said() === "", `the program says ${desk.said()}`);
  } finally {
    await browser.close();
    fs.rmSync(downloads, { recursive: true });
    desk.child.removeAllListeners("exit");
    desk.child.kill("SIGINT");
  }
  const code = await new Promise((resolve) => desk.child.on("exit", resolve));
  check(code === 0, `Ctrl-C ends the program with ${code}`);
  console.log(`${name}: ${checks} checks, ${failures} failures`);
  process.exit(failures === 0 ? 0 : 1);
}

module.exports = {
  PATIENT, asked, check, copiedClinic, expectText, flow, judgeScreen, judgeSource, tabTo, watch,
};
