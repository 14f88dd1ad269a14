// Drives the page in Chromium. Each line of standard input is a command, as a JSON list; each line of
// standard output is what came of it.
// node drive_page.mjs PLAYWRIGHT CHROMIUM OPTIONS

import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [playwright, executablePath, given] = process.argv.slice(2);
const { args, permissions, ...options } = JSON.parse(given);
const { chromium } = await import(pathToFileURL(playwright).href);
const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", ...args,
  ],
});
const context = await browser.newContext({ permissions, ...options });
const page = await context.newPage();
const [elsewhere, errors, origins] = [new Set(), [], new Set()];
// The worker's requests are the context's, not the page's.
context.on("request", (request) => {
  const asked = new URL(request.url());
  if (!origins.has(asked.origin) && !["blob:", "data:"].includes(asked.protocol)) {
    elsewhere.add(asked.href);
  }
});
page.on("pageerror", (error) => errors.push(String(error)));
// LiteRT.js logs all its lines as errors.
const isFromRuntime = (text) => /^(INFO|WARNING): /.test(text);
page.on("console", (message) => {
  if (message.type() === "error" && !isFromRuntime(message.text())) errors.push(message.text());
});

const WAITING = ["Loading the model", "Working", "Starting the camera", ""];
const waitFor = (test, argument) =>
  page.waitForFunction(test, argument, { timeout: 120_000 }).then((handle) => handle.jsonValue());
const settled = () =>
  waitFor((waiting) => {
    const { textContent } = document.getElementById("status");
    return !waiting.includes(textContent) && textContent;
  }, WAITING);

function shown() {
  const all = (selector, read) => [...document.querySelectorAll(selector)].map(read);
  const text = (row, selector) => row.querySelector(selector).textContent;
  return {
    status: document.getElementById("status").textContent,
    title: document.querySelector("#answer h2")?.textContent ?? null,
    rows: all("#answer .bars li", (row) => [
      text(row, ".label"), Number(row.querySelector("data").value), row.className !== "below",
    ]),
    numbers: all("#answer dt", (term) => [
      term.textContent, Number(term.nextElementSibling.querySelector("data").value),
      term.nextElementSibling.querySelector("small")?.textContent ?? null,
    ]),
    boxes: all("#boxes > *", (box) => [
      box.dataset.label, Number(box.dataset.score), box.dataset.corners.split(",").map(Number),
    ]),
    entities: all("#answer mark", (mark) => [
      mark.dataset.start, mark.dataset.end, mark.dataset.label, mark.dataset.score,
    ].map((value, place) => (place === 2 ? value : Number(value)))),
  };
}

const COMMANDS = {
  async open(url) {
    origins.add(new URL(url).origin);
    await page.goto(url);
    return settled();
  },
  reload: () => page.reload().then(settled),
  async drop(path, selector = "#stage") {
    const content = (await readFile(path)).toString("base64");
    const dataTransfer = await page.evaluateHandle((encoded) => {
      const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], "image"));
      return transfer;
    }, content);
    await page.dispatchEvent(selector, "drop", { dataTransfer });
    await settled();
    return page.evaluate(shown);
  },
  async choose(path) {
    await page.setInputFiles("#file", path);
    await settled();
    return page.evaluate(shown);
  },
  async paste(path) {
    const content = (await readFile(path)).toString("base64");
    await page.evaluate((encoded) => {
      const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([bytes], "image"));
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    }, content);
    await settled();
    return page.evaluate(shown);
  },
  async write(text) {
    await page.fill("#text", text);
    await page.click("#text-input button");
    await settled();
    return page.evaluate(shown);
  },
  async click(selector) {
    await page.click(selector);
    await settled();
    return page.evaluate(shown);
  },
  // Wait until an element that the selector names is visible.
  seen: (selector) => page.locator(selector).first().waitFor({ timeout: 60_000 }),
  shown: () => page.evaluate(shown),
  press: (key) => page.keyboard.press(key),
  evaluate: (expression) => page.evaluate(expression),
  async navigate(selector) {
    await Promise.all([page.waitForNavigation(), page.click(selector)]);
    return settled();
  },
  async axe(path) {
    // The page's policy allows no script of others in it.
    await page.evaluate(await readFile(path, "utf8"));
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    return violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
  },
  screenshot: (path) => page.screenshot({ path, fullPage: true }).then(() => null),
  size: (width, height) => page.setViewportSize({ width, height }).then(settled),
  scheme: (colorScheme) => page.emulateMedia({ colorScheme }),
  manifest: async () => {
    const session = await context.newCDPSession(page);
    const { errors: wrong, data } = await session.send("Page.getAppManifest");
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    return { wrong, data, installability: installabilityErrors.map(({ errorId }) => errorId) };
  },
  told: () => ({ elsewhere: [...elsewhere], errors }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...values] = JSON.parse(line);
  try {
    console.log(JSON.stringify({ value: (await COMMANDS[command](...values)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: `${command}: ${error.stack}` }));
  }
}
await browser.close();
