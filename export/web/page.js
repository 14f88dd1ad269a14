// The page: loads the model, shows the input that it takes, and its answers.

import { aboutOf, labelsOf } from "./about.js";
import { Answerer } from "./answerer.js";
import { boxesOver } from "./boxes_view.js";
import { ImagePanel } from "./image_panel.js";
import { keepForOffline } from "./offline.js";
import { printable } from "./printable.js";
import { TextPanel } from "./text_panel.js";
import { elementsOf } from "./views.js";

const found = (id) => document.getElementById(id);
const [status, answer] = ["status", "answer"].map(found);
const PANELS = { image: ImagePanel, text: TextPanel };

start().catch((error) => say(error.message));

async function start() {
  nameApp().catch(() => {});
  const answerer = await Answerer.load(modelPath());
  found("about").textContent = aboutOf(answerer.description);
  new PANELS[answerer.kind](answerer, { say, show });
  answer.append(...labelsOf(answerer.description));
  say("Ready");
  await keepForOffline(
    () => (found("offline").hidden = false),
    (load) => {
      found("renewal").hidden = false;
      found("renew").onclick = load;
    },
  );
}

// ?model= gives the path of another file on this server.
function modelPath() {
  const path = new URLSearchParams(location.search).get("model") ?? "model.tflite";
  // A link to this page must not make it run somebody else's model.
  if (new URL(path, location.href).origin !== location.origin) {
    throw new Error(`The model must be on this server: ${path}`);
  }
  return path;
}

async function nameApp() {
  const { name } = await (await fetch("manifest.webmanifest")).json();
  document.title = found("name").textContent = printable(name);
}

function say(sentence) {
  const said = printable(sentence);
  // A screen reader repeats what is written again.
  if (status.textContent !== said) status.textContent = said;
}

/** Show an answer, or nothing. */
function show(given) {
  const wasOpen = answer.querySelector("details")?.open ?? false;
  answer.replaceChildren(...(given ? elementsOf(given) : []));
  found("boxes").replaceChildren(...(given?.kind === "boxes" ? boxesOver(given) : []));
  const details = answer.querySelector("details");
  if (details) details.open = wasOpen;
}
