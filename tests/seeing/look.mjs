// Open a page in Chromium, light and dark, wide and narrow, and print what is wrong, as JSON.
// node look.mjs MODULES CHROMIUM PAGE FOLDER

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, executablePath, file, folder] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(join(modules, "playwright-core/index.mjs")).href);
const axe = await readFile(join(modules, "axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
const address = pathToFileURL(file).href;
const found = { requests: [], console: [], overflow: [], images: [], axe: [] };
for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    // Axe is a script, which the page's own policy forbids; the page is looked at without it first.
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    const name = `${colorScheme}-${width}`;
    page.on("console", (message) => found.console.push(`${name}: ${message.text()}`));
    page.on("pageerror", (error) => found.console.push(`${name}: ${error}`));
    page.on("request", (request) => {
      const url = request.url();
      if (url !== address && !url.startsWith("data:")) found.requests.push(url);
    });
    await page.goto(address);
    const seen = await page.evaluate(async () => {
      for (const image of document.images) image.loading = "eager";
      const loading = [...document.images].map((image) => image.decode().catch(() => {}));
      await Promise.all(loading);
      const broken = [...document.images].filter((image) => !image.naturalWidth);
      const wide = document.documentElement.clientWidth;
      const inScroller = (element) => element.closest(".scroll, pre");
      const over = [...document.body.querySelectorAll("*")].filter(
        (element) => element.getBoundingClientRect().right > wide + 1 && !inScroller(element),
      );
      return {
        broken: broken.map((image) => image.alt),
        over: over.slice(0, 3).map((element) => element.outerHTML.slice(0, 200)),
        scrolls: document.documentElement.scrollWidth > wide,
      };
    });
    found.images.push(...seen.broken.map((alt) => `${name}: ${alt}`));
    found.overflow.push(...seen.over.map((html) => `${name}: ${html}`));
    if (seen.scrolls) found.overflow.push(`${name}: the page scrolls sideways`);
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    await context.close();

    const checked = await browser.newContext({
      bypassCSP: true, colorScheme, viewport: { width, height: 900 },
    });
    const second = await checked.newPage();
    await second.goto(address);
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
