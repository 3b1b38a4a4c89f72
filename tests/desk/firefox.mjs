// Uses the desk in Firefox, for what Chromium does not show: scripts and styles that Firefox reads in another way.
//
//   node tests/desk/firefox.mjs PROGRAM FIREFOX [FOLDER]
//
// FIREFOX is a Firefox of any kind from 153 on. The driver of the other flows needs a Firefox of its own, so this one
// speaks WebDriver BiDi itself. Saves pictures in FOLDER. Exits with 1 if there is a failure. Needs Node 22, or
// `node --experimental-websocket`.

import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const [program, firefox, pictures] = process.argv.slice(2);
const LIST = [
  "Leaflet,First name,Appointment",
  "sleep,Quillon,14 December 2026",
  "Sleep better with fibromyalgya,Ada,15 December 2026",
  "sleep,Grace,soon",
].join("\n");
let failures = 0;

/** Waits until a program writes a line, and returns a part of it. */
function line(child, pattern) {
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr.on("data", (data) => {
      said += data;
      const found = said.match(pattern);
      if (found) resolve(found[1]);
    });
    child.on("exit", (code) => reject(new Error(`it ended with ${code}: ${said}`)));
  });
}

/** Opens a page in Firefox. */
async function connected(address) {
  const socket = new WebSocket(`${address}/session`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const waiting = new Map();
  let count = 0;
  socket.onmessage = ({ data }) => {
    const answer = JSON.parse(data);
    if (answer.id) {
      const [resolve, reject] = waiting.get(answer.id);
      if (answer.type === "error") reject(new Error(answer.message));
      else resolve(answer.result);
    } else if (answer.method === "log.entryAdded" && answer.params.level === "error") {
      failures += 1;
      console.log(`console: ${answer.params.text}`);
    }
  };
  const send = (method, params) => new Promise((resolve, reject) => {
    count += 1;
    waiting.set(count, [resolve, reject]);
    socket.send(JSON.stringify({ id: count, method, params }));
  });
  await send("session.new", { capabilities: {} });
  await send("session.subscribe", { events: ["log.entryAdded"] });
  const { context } = await send("browsingContext.create", { type: "tab" });
  const evaluate = (expression) => send("script.evaluate", { expression, target: { context }, awaitPromise: true });
  return { send: (method, params) => send(method, { context, ...params }), evaluate };
}

async function use({ send, evaluate }, address) {
  const { origin } = new URL(address);
  const open = (url) => send("browsingContext.navigate", { url, wait: "complete" });
  const view = (width) => send("browsingContext.setViewport", { viewport: { width, height: 800 } });
  const run = async (code) => {
    const answer = await evaluate(`(async () => { ${code} })()`);
    if (answer.type === "exception") throw new Error(`${code}: ${answer.exceptionDetails.text}`);
    return answer.result.value;
  };
  /** Waits until an expression holds. */
  const until = async (what, expression) => {
    for (let tries = 0; tries < 600; tries += 1) {
      if (await run(`return Boolean(${expression})`)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    failures += 1;
    console.log(`${what}: ${await run("return document.querySelector('main').innerText")}`);
  };
  const type = (field, text) => run(`const field = document.querySelector('${field}'); field.value = '${text}';
    field.dispatchEvent(new Event("input", { bubbles: true }));`);
  const press = (button) => run(`document.querySelector('${button}').click()`);
  const shot = async (name) => {
    if (!pictures) return;
    const { data } = await send("browsingContext.captureScreenshot", { origin: "document" });
    fs.writeFileSync(path.join(pictures, `${name}.png`), Buffer.from(data, "base64"));
  };
  const shown = (element, count) => `document.querySelectorAll("${element}").length === ${count}`;

  await view(1366);
  await open(address);
  await until("all leaflets", `document.querySelectorAll("#list article").length > 5`);
  await type("#q", "snore legs");
  await until("search", `document.querySelectorAll("#list article").length < 5`);

  await open(`${origin}/leaflets/sleep`);
  await type(`[name="patient.first_name"]`, "Quillon");
  await type(`[name="visit.date"]`, "14/12/2026");
  await until("a reader's pages", `document.querySelector("#pages img").src.includes("/readers/")
    && document.querySelector("#formats a[download]")`);
  await press("#add-to-pile");
  await until("pile", shown(".piled li", 1));
  await press("#add-to-pile");
  await until("the same leaflet again", `document.getElementById("add-again")`);
  await press("#add-again");
  await until("added again", shown(".piled li", 2));
  await press(".piled button");
  await until("removed", shown(".piled li", 1));
  await shot("firefox-leaflet");
  await press("#print");
  await until("print", `document.getElementById("print-status").textContent.includes("Actual size")`);

  await open(`${origin}/many`);
  await run(`const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(LIST)}], "list.csv"));
    const input = document.getElementById("list-file"); input.files = data.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));`);
  const ready = (rows) => `!document.querySelector("[data-poll]")
    && document.querySelector("#tally .ok b")?.textContent === "${rows}"`;
  await until("a list that is checked", ready(1));
  await view(390);
  await shot("firefox-many");
  await view(1366);
  await press("[name=use]");
  await until("a row that is mended", ready(2));
  await press("#make [type=submit]");
  await until("leaflets of a list", `document.querySelector("h1").textContent === "2 leaflets are ready"`);

  for (const screen of ["leaflets/sleep/words", "leaflets/sleep/changes", "clinic", "review", "help"]) {
    await open(`${origin}/${screen}`);
    await until(screen, `document.querySelector("h1")`);
    await shot(`firefox-${screen.split("/").pop()}`);
  }
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "desk-firefox-"));
const [clinic, profile] = ["clinic", "profile"].map((name) => path.join(folder, name));
fs.cpSync(path.join(path.dirname(fileURLToPath(import.meta.url)), "clinic"), clinic, { recursive: true });
fs.mkdirSync(profile);
if (pictures) fs.mkdirSync(pictures, { recursive: true });
const started = (name, flags, env) =>
  spawn(name, flags, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...env } });
const desk = started(path.resolve(program), ["--date", "2026-11-30", "serve", "--no-open", "-c", clinic]);
const browser = started(firefox, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"],
  { HOME: profile });
try {
  const address = await line(desk, /^(http:\S+)\n/);
  await use(await connected(await line(browser, /WebDriver BiDi listening on (ws:\S+)/)), address);
} catch (error) {
  failures += 1;
  console.error(error);
} finally {
  const ended = [desk, browser].map((child) => new Promise((resolve) => child.on("exit", resolve)));
  desk.kill("SIGINT");
  browser.kill();
  await Promise.all(ended);
  fs.rmSync(folder, { recursive: true, force: true });
}
console.log(`firefox: ${failures} failures`);
process.exit(failures === 0 ? 0 : 1);
