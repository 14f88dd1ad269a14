// Runs the `.tflite` file of an image classifier with LiteRT.js.

import { loadAndCompile, loadLiteRt, Tensor } from "@litertjs/core";

import { readAssociatedFiles } from "./associated_files.js";
import { readPixels } from "./pixels.js";

const WASM = new URL("./node_modules/@litertjs/core/wasm/", import.meta.url).href;
const ARRAYS = { float32: Float32Array, uint8: Uint8Array };

export class Classifier {
  /** Load a file that kerastl exported; class names and preprocessing are inside it. */
  static async load(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`The server has no ${url}: it answered ${response.status}.`);
    const content = new Uint8Array(await response.arrayBuffer());
    const files = readAssociatedFiles(content);
    if (!("kerastl.json" in files)) throw new Error(`${url} is not a file that kerastl exported.`);
    const description = JSON.parse(files["kerastl.json"]);
    if (description.preprocessing.kind !== "image") throw new Error(`${url} does not take images.`);
    await loadLiteRt(WASM);
    return new Classifier(await loadAndCompile(content, { accelerator: "wasm" }), description);
  }

  constructor(model, description) {
    this.labels = description.labels;
    this.preprocessing = description.preprocessing;
    this.model = model;
    this.running = Promise.resolve();
    [this.input] = model.getInputDetails();
    if (!(this.input.dtype in ARRAYS)) {
      throw new Error(`The model takes ${this.input.dtype}; LiteRT.js takes float32 or uint8.`);
    }
  }

  /** Score an image (a Blob or File): [{label, score}], best first. Calls may overlap. */
  async classify(blob) {
    const pixels = await readPixels(blob, this.preprocessing);
    // The model has one set of tensors: the next image waits until the scores are read.
    const answers = this.running.then(() => this.#score(pixels));
    this.running = answers.catch(() => {});
    return answers;
  }

  async #score(pixels) {
    const input = new Tensor(ARRAYS[this.input.dtype].from(pixels), [...this.input.shape]);
    try {
      const outputs = await this.model.run({ [this.input.name]: input });
      const scores = await outputs.scores.data();
      outputs.scores.delete();
      return this.labels
        .map((label, index) => ({ label, score: scores[index] }))
        .sort((one, other) => other.score - one.score);
    } finally {
      input.delete();
    }
  }
}
