// Takes an image that is chosen, dropped or pasted.

/** Call `use(blob)` for each image. `area` shows that an image may be dropped. */
export function listenForImages(input, area, use) {
  input.addEventListener("change", () => {
    if (input.files.length) use(input.files[0]);
    // The same file may be chosen again.
    input.value = "";
  });
  // Anywhere on the page: a browser would leave the page and open the file.
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) area.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("over");
    if (event.dataTransfer.files.length) use(event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) use(event.clipboardData.files[0]);
  });
}
