// Drop images on the page in Chromium and print what it shows, as JSON.
// node drop_images.mjs PLAYWRIGHT CHROMIUM URL PICTURE...

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [playwright, executablePath, url, ...images] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(playwright).href);
const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
const page = await browser.newPage();
const elsewhere = [];
await page.route("**/*", (route) => {
  const asked = new URL(route.request().url());
  if (asked.origin === new URL(url).origin || ["blob:", "data:"].includes(asked.protocol)) {
    return route.continue();
  }
  elsewhere.push(asked.href);
  return route.abort();
});
const settled = () =>
  page.waitForFunction(() => {
    const { textContent } = document.getElementById("status");
    return textContent !== "Loading the model" && textContent !== "Working" && textContent;
  }, null, { timeout: 120_000 }).then((handle) => handle.jsonValue());

await page.goto(url);
const ready = await settled();
const shown = [];
for (const image of images) {
  const content = (await readFile(image)).toString("base64");
  const dataTransfer = await page.evaluateHandle(async (encoded) => {
    const response = await fetch(`data:application/octet-stream;base64,${encoded}`);
    const transfer = new DataTransfer();
    transfer.items.add(new File([await response.blob()], "image"));
    return transfer;
  }, content);
  await page.dispatchEvent("#drop", "drop", { dataTransfer });
  const status = await settled();
  const rows = await page.$$eval("#scores tr", (found) =>
    found.map((row) => [row.cells[0].textContent, Number(row.cells[1].textContent)]),
  );
  shown.push({ status, rows });
}
await browser.close();
console.log(JSON.stringify({ ready, shown, elsewhere }));
