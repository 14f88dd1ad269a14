// The page: shows the classes and scores of an image. ?model= gives the path of the model file.

import { Classifier } from "./classifier.js";
import { printable } from "./printable.js";

const [drop, file, status, image, scores] = ["drop", "file", "status", "image", "scores"].map(
  (id) => document.getElementById(id),
);
const path = new URLSearchParams(location.search).get("model") ?? "model.tflite";
const loading = load(path);
let last = null;
loading.then(
  () => (status.textContent = "Ready"),
  (error) => (status.textContent = printable(error.message)),
);

async function load(path) {
  // A link to this page must not make it run somebody else's model.
  if (new URL(path, location.href).origin !== location.origin) {
    throw new Error(`The model must be on this server: ${path}`);
  }
  return Classifier.load(path);
}

async function show(blob) {
  last = blob;
  status.textContent = "Working";
  scores.replaceChildren();
  try {
    const classifier = await loading;
    const answers = await classifier.classify(blob);
    // Another image was dropped meanwhile: its scores are shown.
    if (blob !== last) return;
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(blob);
    image.hidden = false;
    for (const { label, score } of answers) {
      const row = scores.insertRow();
      const meter = Object.assign(document.createElement("meter"), { value: score });
      row.insertCell().textContent = printable(label);
      row.insertCell().textContent = score.toFixed(3);
      row.insertCell().append(meter);
    }
    status.textContent = "Done";
  } catch (error) {
    if (blob === last) status.textContent = printable(error.message);
  }
}

file.addEventListener("change", () => file.files.length && show(file.files[0]));
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (event.dataTransfer.files.length) show(event.dataTransfer.files[0]);
});
