// Use the page of `kerastl try` in Chromium, light and dark, wide and narrow, and print as JSON
// what it shows and what is wrong with it.
// node use_page.mjs MODULES CHROMIUM ADDRESS FOLDER WAYS INPUT...
// WAYS: "images" for paths of image files, or "texts".

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, executablePath, address, folder, ways, ...inputs] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(join(modules, "playwright-core/index.mjs")).href);
const axe = await readFile(join(modules, "axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
const found = { requests: [], console: [], overflow: [], axe: [], shown: [], saved: "" };

/** Give all inputs, and wait for answers and explanations. */
async function use(page) {
  await page.goto(address);
  await page.waitForSelector("section:not([hidden])");
  if (ways === "images") {
    // One is dropped, one pasted, and the others are chosen.
    for (const [event, path] of [["drop", inputs[0]], ["paste", inputs[1]]]) {
      const content = (await readFile(path)).toString("base64");
      await page.evaluate(([event, content, name]) => {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], name));
        const made = event === "drop"
          ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
          : new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
        document.body.dispatchEvent(made);
      }, [event, content, basename(path)]);
      await settled(page, inputs.indexOf(path) + 1);
    }
    await page.setInputFiles("#files", inputs.slice(2));
  } else {
    for (const [place, text] of inputs.entries()) {
      await page.fill("#text", text);
      await page.click("#form button");
      await settled(page, place + 1);
    }
  }
  await settled(page, inputs.length);
}

async function settled(page, count) {
  await page.waitForFunction((count) => {
    const waiting = [...document.querySelectorAll("button")].some((each) => each.textContent === "Computing");
    const answers = document.querySelectorAll("#answers > li").length;
    return answers === count && !waiting && !document.getElementById("status").textContent;
  }, count, { timeout: 120000 });
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    const name = `${colorScheme}-${width}`;
    const options = { colorScheme, viewport: { width, height: 900 } };
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.on("console", (message) => found.console.push(`${name}: ${message.text()}`));
    page.on("pageerror", (error) => found.console.push(`${name}: ${error}`));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(address) && !/^(data|blob):/.test(url)) found.requests.push(url);
    });
    await use(page);
    if (name === "light-1280") {
      found.shown = await page.evaluate(() => [...document.querySelectorAll("#answers > li")].map((card) => ({
        title: card.querySelector("h2").textContent,
        rows: [...card.querySelectorAll(".bars li")].map((row) => row.innerText),
        error: card.querySelector(".bad")?.textContent ?? null,
        images: card.querySelectorAll("img").length,
        boxes: card.querySelectorAll("rect").length,
        marked: card.querySelectorAll("mark, .text span[style]").length,
        latency: card.querySelector(".head .note:last-child").textContent,
      })));
    }
    const form = page.locator("form.correct").first();
    if (await form.count()) {
      await form.locator("select").selectOption({ index: 1 });
      await form.locator("button").click();
      await page.waitForSelector(".correct .good");
      found.saved = await page.textContent(".correct .good");
    }
    const seen = await page.evaluate(() => {
      const wide = document.documentElement.clientWidth;
      const over = [...document.body.querySelectorAll("*")].filter(
        (each) => each.getBoundingClientRect().right > wide + 1,
      );
      return {
        over: over.slice(0, 3).map((each) => each.outerHTML.slice(0, 200)),
        scrolls: document.documentElement.scrollWidth > wide,
      };
    });
    found.overflow.push(...seen.over.map((html) => `${name}: ${html}`));
    if (seen.scrolls) found.overflow.push(`${name}: the page scrolls sideways`);
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    await context.close();

    // Axe is a script, which the page's own policy forbids.
    const checked = await browser.newContext({ ...options, bypassCSP: true });
    const second = await checked.newPage();
    await use(second);
    await second.evaluate(axe);
    const { violations } = await second.evaluate(() => axe.run(document));
    for (const { id, nodes } of violations) {
      found.axe.push(`${name}: ${id}, ${nodes.length} times: ${nodes[0].html.slice(0, 200)}`);
    }
    await checked.close();
  }
}
await browser.close();
console.log(JSON.stringify(found));
