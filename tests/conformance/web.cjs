// Judges web pages: see web.sh.

const fs = require("node:fs");
const path = require("node:path");
const { HtmlValidate } = require("html-validate");
const { chromium } = require("playwright-core");

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const LARGEST_FILE = 150_000;
const RULES = {
  extends: ["html-validate:recommended"],
  rules: {
    // Titles of leaflets and telephone numbers are the author's words.
    "long-title": "off",
    "tel-non-breaking": "off",
  },
};

function pagesIn(folder) {
  return fs
    .readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, name))
    .filter((file) => file.endsWith(".html"))
    .sort();
}

async function main() {
  const files = process.argv.slice(2).flatMap(pagesIn);
  if (files.length === 0) {
    console.error("web.sh: no *.html");
    process.exit(2);
  }
  let failures = 0;
  const fail = (file, message) => {
    failures += 1;
    console.log(`${file}: ${message}`);
  };
  const validator = new HtmlValidate(RULES);
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
  });
  const looks = [
    { colorScheme: "light", viewport: { width: 1200, height: 900 } },
    { colorScheme: "dark", viewport: { width: 1200, height: 900 } },
    { colorScheme: "light", viewport: { width: 320, height: 640 } },
  ];
  for (const file of files) {
    const html = fs.readFileSync(file, "utf8");
    const size = Buffer.byteLength(html);
    if (size > LARGEST_FILE) fail(file, `${size} bytes, more than ${LARGEST_FILE}`);
    const report = await validator.validateString(html);
    for (const message of report.results.flatMap((result) => result.messages)) {
      fail(file, `html-validate: line ${message.line}: ${message.ruleId}: ${message.message}`);
    }
    // Each look has a process of its own.
    await Promise.all(looks.map(async (look) => {
      const name = `${look.colorScheme}, ${look.viewport.width} wide`;
      const context = await browser.newContext({ ...look, offline: true });
      const page = await context.newPage();
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith("file:") && !url.startsWith("data:")) fail(file, `asks for ${url}`);
      });
      page.on("console", (message) => fail(file, `console: ${message.text()}`));
      await page.goto(`file://${path.resolve(file)}`);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (overflow > 0) fail(file, `${name}: ${overflow} pixels too wide`);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => axe.run());
      for (const { id, help, nodes } of violations) {
        fail(file, `${name}: axe: ${id}: ${help}: ${nodes[0].html.slice(0, 160)}`);
      }
      await context.close();
    }));
  }
  await browser.close();
  console.log(`${files.length} web pages checked, ${failures} failures`);
  process.exit(failures === 0 ? 0 : 1);
}

main();
