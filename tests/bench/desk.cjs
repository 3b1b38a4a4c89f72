// Measures the desk: time from the start to listening, memory of the idle program, and time from a key to the changed
// page of a five-page leaflet. The browser measures the last one, from the `input` event on.
//
//   tests/conformance/browser.sh
//   NODE_PATH=target/judges/web/node_modules node tests/bench/desk.cjs target/release/handout
//
// Prints medians, 95th percentiles and maxima. Measure on a quiet machine.

const fs = require("node:fs");
const path = require("node:path");
const { spawn } = require("node:child_process");
const { copiedClinic, flow } = require("../desk/common.cjs");

const program = path.resolve(process.argv[2]);
const STARTS = 20;
const KEYS = 60;

const clinic = copiedClinic();
process.on("exit", () => fs.rmSync(clinic, { recursive: true, force: true }));

function describe(name, unit, numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)].toFixed(0);
  console.log(`${name}: median ${at(0.5)} ${unit}, p95 ${at(0.95)} ${unit}, maximum ${at(1)} ${unit}`);
}

/** Starts the program and stops it. Returns the milliseconds until it writes its address. */
function startTime() {
  const since = performance.now();
  const child = spawn(program, ["serve", "--no-open", "-c", clinic], { stdio: ["ignore", "ignore", "pipe"] });
  let time;
  child.stderr.once("data", () => {
    time = performance.now() - since;
    child.kill("SIGINT");
  });
  return new Promise((resolve) => child.on("exit", () => resolve(time)));
}

async function main() {
  const starts = [];
  for (let index = 0; index < STARTS; index += 1) starts.push(await startTime());
  describe("from start to listening", "ms", starts);

  await flow("desk", { clinic }, async ({ context, desk }) => {
    const status = fs.readFileSync(`/proc/${desk.child.pid}/status`, "utf8");
    console.log(`memory of the idle program: ${(status.match(/VmRSS:\s+(\d+)/)[1] / 1024).toFixed(0)} MB`);

    const page = await context.newPage();
    await page.goto(desk.address);
    await page.goto(`${desk.site}/leaflets/sleep/words/sleep.what-helps-most.body`);
    await page.getByRole("radio", { name: "Add after the library’s text" }).check();
    const words = page.locator("#ours");
    await words.fill("Our class meets.");
    await page.waitForTimeout(2_000);
    await words.evaluate((field) => {
      window.times = [];
      let since;
      field.addEventListener("input", () => { since = performance.now(); }, { capture: true });
      window.addEventListener("shown", () => window.times.push(performance.now() - since));
    });
    for (let index = 0; index < KEYS; index += 1) {
      await words.press(index % 6 === 5 ? "Space" : "abcdefgh"[index % 8]);
      await page.waitForFunction((count) => window.times.length === count, index + 1);
      await page.waitForTimeout(300);
    }
    const times = await page.evaluate(() => window.times);
    describe("from a key to the changed page", "ms", times);
  });
}

main();
