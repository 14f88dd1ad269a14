// Search the documentation site in Chromium and print what is found and requested, as JSON.
// node search_site.mjs MODULES CHROMIUM ADDRESS WORDS

import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, executablePath, address, words] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(join(modules, "playwright-core/index.mjs")).href);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
const elsewhere = [];
page.on("request", (request) => {
  if (!request.url().startsWith(address) && !request.url().startsWith("blob:")) {
    elsewhere.push(request.url());
  }
});
await page.goto(address);
// The index loads once the field has been entered.
await page.locator(".md-search__input").click({ timeout: 60_000 });
await page.locator(".md-search__input").pressSequentially(words, { timeout: 60_000 });
await page.waitForSelector(".md-search-result__item h1, .md-search-result__item h2", {
  timeout: 120_000, state: "attached",
});
const titles = await page.$$eval(".md-search-result__item h1, .md-search-result__item h2",
  (found) => found.map((title) => title.textContent.trim()));
await browser.close();
console.log(JSON.stringify({ titles, elsewhere }));
