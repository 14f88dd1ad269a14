// Says what a model does and which labels it knows.

import { element } from "./element.js";

const ABOUT = {
  image_classification: "Classifies images",
  text_classification: "Classifies texts",
  few_shot_text_classification: "Classifies texts",
  image_multi_label_classification: "Labels images",
  text_multi_label_classification: "Labels texts",
  image_regression: "Predicts numbers from images",
  text_regression: "Predicts numbers from texts",
  object_detection: "Finds objects in images",
  token_classification: "Finds entities in texts",
};
const FEW = 30;

/** One sentence on a file, given its kerastl.json. */
export function aboutOf({ task }) {
  return ABOUT[task];
}

/** What shows, before the first answer, which labels a model knows. */
export function labelsOf({ labels, task }) {
  const isTags = task === "token_classification";
  const names = isTags ? labels.filter((tag) => tag.startsWith("B-")).map((tag) => tag.slice(2)) : labels;
  const more = names.length > FEW ? `, and ${names.length - FEW} more` : "";
  return [element("p", { className: "known", text: `Knows: ${names.slice(0, FEW).join(", ")}${more}` })];
}
