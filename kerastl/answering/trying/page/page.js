// The page of `kerastl try`. Every name and text is set as text, never as markup.

const MOST_ANSWERS = 100;
const BOX_COLOURS = 6;
const TASKS = {
  image_classification: (count) => `one of ${count} classes for each image`,
  text_classification: (count) => `one of ${count} classes for each text`,
  few_shot_text_classification: (count) => `one of ${count} classes for each text`,
  image_multi_label_classification: (count) => `any of ${count} labels for each image`,
  text_multi_label_classification: (count) => `any of ${count} labels for each text`,
  image_regression: (count) => `${count === 1 ? "a number" : `${count} numbers`} for each image`,
  text_regression: (count) => `${count === 1 ? "a number" : `${count} numbers`} for each text`,
  object_detection: (count) => `objects of ${count === 1 ? "one class" : `${count} classes`} in each image`,
  token_classification: () => "named entities in each text",
};

const find = (id) => document.getElementById(id);

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, properties);
  made.append(...children.filter((child) => child != null));
  return made;
}

/** Send a request to the server, and return its answer or throw its sentence. */
async function ask(path, body) {
  let response;
  try {
    response = await fetch(path, body === undefined ? {} : { method: "POST", body });
  } catch {
    throw new Error("The program `kerastl try` does not answer: is it still running?");
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

let model;
let waiting = Promise.resolve();
let left = 0;
let number = 0;

function tell() {
  find("status").textContent = left ? `Answering: ${left} left` : "";
}

/** Answer an input after those that were given before it. */
function give(content, name) {
  number += 1;
  const place = number;
  left += 1;
  tell();
  waiting = waiting
    .then(() => answer(content, name, place))
    .finally(() => {
      left -= 1;
      tell();
    });
}

async function answer(content, name, place) {
  const title = element("h2", { id: `answer-${place}` });
  const latency = element("p", { className: "note" });
  const origin = element("p", { className: "note", textContent: name, dir: "auto" });
  const head = element("div", { className: "head" }, origin, latency);
  const card = element("li", {}, head, title);
  card.setAttribute("aria-labelledby", title.id);
  try {
    if (content.size > model.most_bytes) {
      throw new Error(`A file has at most ${(model.most_bytes / 1e6).toFixed(0)} MB.`);
    }
    const shown = await ask("predict", content);
    title.textContent = heading(shown);
    latency.textContent = `${shown.ms < 10 ? shown.ms.toFixed(1) : shown.ms.toFixed(0)} ms`;
    card.append(body(shown, content, name));
    if (model.corrections !== null) card.append(correction(content, shown, place));
  } catch (error) {
    title.textContent = "No answer";
    card.append(element("p", { className: "bad", textContent: error.message }));
  }
  const answers = find("answers");
  answers.prepend(card);
  while (answers.children.length > MOST_ANSWERS) answers.lastChild.remove();
}

function heading(shown) {
  if (shown.kind === "classes") return shown.label ?? "None of these classes";
  if (shown.kind === "labels") {
    const given = shown.rows.filter((row) => row.given).map((row) => row.name);
    return given.join(", ") || "No label";
  }
  if (shown.kind === "numbers") return shown.rows.map((row) => `${row.name} ${row.value}`).join(", ");
  const [count, word] = shown.kind === "boxes" ? [shown.rows.length, "object"] : [shown.count, "entit"];
  if (word === "entit") return count === 1 ? "1 entity" : `${count || "No"} entities`;
  return count === 1 ? "1 object" : `${count || "No"} objects`;
}

function body(shown, content, name) {
  const made = element("div", { className: "body" });
  const told = element("div");
  if (shown.preview !== null) {
    made.classList.add("pictured");
    made.append(element("div", { className: "pictures" }, picture(shown.preview, name, shown)));
  }
  if (shown.kind === "classes" || shown.kind === "labels") told.append(bars(shown));
  if (shown.kind === "numbers") told.append(numbers(shown.rows));
  if (shown.kind === "entities") told.append(entities(shown.parts));
  if (shown.kind === "boxes") {
    told.append(bars(shown));
    if (shown.weaker) {
      const text = `${shown.weaker} more with a score below 0.3`;
      told.append(element("p", { className: "note", textContent: text }));
    }
  }
  made.append(told);
  if (model.explains) made.append(explanation(content, made));
  return made;
}

function picture(address, alt, shown) {
  const image = element("img", { src: address, alt });
  const frame = element("div", { className: "framed" }, image);
  if (shown?.kind === "boxes") {
    frame.classList.add("boxed");
    frame.append(drawing(shown.rows));
  }
  return element("figure", {}, frame);
}

function drawing(rows) {
  const space = "http://www.w3.org/2000/svg";
  const drawn = document.createElementNS(space, "svg");
  drawn.setAttribute("viewBox", "0 0 1 1");
  drawn.setAttribute("preserveAspectRatio", "none");
  drawn.setAttribute("aria-hidden", "true");
  for (const { box: [x1, y1, x2, y2], colour } of rows.toReversed()) {
    const rect = document.createElementNS(space, "rect");
    const places = { x: x1, y: y1, width: Math.max(0, x2 - x1), height: Math.max(0, y2 - y1) };
    for (const [key, value] of Object.entries(places)) rect.setAttribute(key, value);
    rect.style.stroke = `var(--box-${colour % BOX_COLOURS})`;
    drawn.append(rect);
  }
  return drawn;
}

function bars(shown) {
  const list = element("ol", { className: "bars" });
  shown.rows.forEach((row, place) => {
    const swatch = row.colour === undefined ? null : element("span", { className: "swatch" });
    if (swatch) swatch.style.background = `var(--box-${row.colour % BOX_COLOURS})`;
    const fill = element("i");
    fill.style.width = `${(100 * row.value).toFixed(1)}%`;
    const track = element("div", { className: "track" }, fill);
    track.setAttribute("aria-hidden", "true");
    const first = shown.kind === "classes" ? place === 0 && shown.label !== null : row.given ?? true;
    const label = element("span", { dir: "auto" }, swatch, row.name);
    const value = element("span", { textContent: row.value.toFixed(3) });
    const names = element("div", { className: "names" }, label, value);
    list.append(element("li", { className: first ? "first" : "" }, names, track));
  });
  return list;
}

function numbers(rows) {
  const cell = (name, text) => element(name, { textContent: text });
  const top = element("tr", {}, ...["target", "value", "interval"].map((each) => cell("th", each)));
  const lines = rows.map((row) =>
    element("tr", {}, cell("td", row.name), cell("td", row.value), cell("td", row.interval)),
  );
  return element("table", {}, element("thead", {}, top), element("tbody", {}, ...lines));
}

function entities(parts) {
  const text = element("p", { className: "text", dir: "auto", tabIndex: 0 });
  for (const part of parts) {
    if (part.label === undefined) text.append(part.text);
    else text.append(element("mark", {}, part.text, element("small", { textContent: part.label })));
  }
  return text;
}

function explanation(content, made) {
  const place = element("div");
  const button = element("button", { className: "quiet", type: "button", textContent: "Show why" });
  place.append(button);
  button.addEventListener("click", async () => {
    button.disabled = true;
    button.textContent = "Computing";
    try {
      const found = await ask("explain", content);
      if (found.image !== undefined) {
        const why = picture(found.image, `The places that ${found.target} depends on`);
        why.append(element("figcaption", { textContent: `why ${found.target}` }));
        made.querySelector(".pictures").append(why);
        place.remove();
      } else {
        button.replaceWith(...words(found));
      }
    } catch (error) {
      button.replaceWith(element("p", { className: "bad", textContent: error.message }));
    }
  });
  // Of many inputs given at once, those that a person asks for are explained.
  if (left <= 1) button.click();
  return place;
}

function words(found) {
  const text = element("p", { className: "text", dir: "auto", tabIndex: 0 });
  for (const { text: part, weight } of found.parts) {
    const span = element("span", { textContent: part });
    const strength = `calc(var(--strongest) * ${Math.abs(weight).toFixed(2)})`;
    if (weight) span.style.background = `rgb(var(--${weight > 0 ? "warm" : "cold"}) / ${strength})`;
    text.append(span);
  }
  const about = `Why ${found.target}: orange words raise its score, blue words lower it.`;
  return [element("p", { className: "note", textContent: about }), text];
}

function correction(content, shown, place) {
  const id = `class-${place}`;
  const choice = element("select", { id });
  model.labels.forEach((label, index) => choice.append(new Option(label, String(index))));
  const best = model.labels.indexOf(shown.label);
  if (best >= 0) choice.selectedIndex = best;
  const told = element("p", { className: "note" });
  told.setAttribute("role", "status");
  const button = element("button", { className: "quiet", type: "submit", textContent: "Save" });
  const label = element("label", { htmlFor: id, textContent: "This is" });
  const form = element("form", { className: "row correct" }, label, choice, button, told);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const kept = await ask(`correct?class=${choice.value}`, content);
      told.className = "note good";
      told.textContent = `Saved as ${kept.label} in ${kept.path}`;
    } catch (error) {
      told.className = "note bad";
      told.textContent = error.message;
    }
    button.disabled = false;
  });
  return form;
}

function takeImages(files) {
  for (const file of files) give(file, file.name || "pasted image");
}

function watchImages() {
  find("images").hidden = false;
  find("files").addEventListener("change", (event) => {
    takeImages(event.target.files);
    // The same file can be chosen again.
    event.target.value = "";
  });
  document.addEventListener("paste", (event) => takeImages(event.clipboardData.files));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dragging");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) document.body.classList.remove("dragging");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dragging");
    takeImages(event.dataTransfer.files);
  });
}

function watchTexts() {
  find("texts").hidden = false;
  const text = find("text");
  const submit = () => {
    if (!text.value.trim()) return;
    give(new Blob([text.value]), text.value.slice(0, 200));
    text.select();
  };
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
  });
}

async function start() {
  try {
    model = await ask("model");
  } catch (error) {
    find("name").textContent = error.message;
    return;
  }
  document.title = `${model.name} · kerastl try`;
  find("name").textContent = model.name;
  find("about").textContent = `It answers with ${TASKS[model.task](model.labels.length)}.`;
  find("footer").textContent =
    "Images and texts stay on this machine." +
    (model.corrections === null ? "" : ` Corrections are written to ${model.corrections}.`);
  if (model.modality === "image") watchImages();
  else watchTexts();
}

await start();
