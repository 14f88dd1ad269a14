// Measures in Chromium how long the web app takes from its opening to its first answer.
// node first_answer.mjs PLAYWRIGHT CHROMIUM URL INPUT TIMES
// INPUT is the path of an image or a text. Prints a JSON list of {first, again} in milliseconds: a first
// visit, and a later one without a connection.

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [playwright, executablePath, url, input, times] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(playwright).href);
const isImage = input.endsWith(".jpg");
const encoded = isImage ? (await readFile(input)).toString("base64") : input;

// Gives the input as soon as the page takes one, and returns the time since the page was opened.
async function firstAnswer(page) {
  await page.goto(url);
  await page.waitForFunction(() => document.getElementById("status").textContent === "Ready");
  return page.evaluate(
    async ([given, image]) => {
      const status = document.getElementById("status");
      const done = new Promise((resolve) => {
        new MutationObserver(() => status.textContent === "Done" && resolve()).observe(status, {
          childList: true,
        });
      });
      if (image) {
        const bytes = Uint8Array.from(atob(given), (letter) => letter.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], "image"));
        document.dispatchEvent(new DragEvent("drop", { dataTransfer }));
      } else {
        document.getElementById("text").value = given;
        document.getElementById("text-input").requestSubmit();
      }
      await done;
      return performance.now();
    },
    [encoded, isImage],
  );
}

const taken = [];
for (let time = 0; time < Number(times); time += 1) {
  // Each browser is new: nothing is in its caches.
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const context = await browser.newContext();
  const page = await context.newPage();
  const first = await firstAnswer(page);
  await page.locator("#offline").waitFor();
  await context.setOffline(true);
  taken.push({ first, again: await firstAnswer(page) });
  await browser.close();
}
console.log(JSON.stringify(taken));
