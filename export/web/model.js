// Runs a `.tflite` file that kerastl exported with LiteRT.js.

import { loadAndCompile, loadLiteRt, Tensor } from "@litertjs/core";

import { readAssociatedFiles } from "./associated_files.js";

const WASM = new URL("./node_modules/@litertjs/core/wasm/", import.meta.url).href;
const ARRAYS = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array };

export class Model {
  /** Load a file; labels, preprocessing and vocabulary are inside it. */
  static async load(url) {
    const runtime = loadLiteRt(WASM);
    // Without this, a runtime that fails while the file is read counts as an unhandled error.
    runtime.catch(() => {});
    const response = await fetch(url);
    if (!response.ok) throw new Error(`The server has no ${url}: it answered ${response.status}.`);
    const content = new Uint8Array(await response.arrayBuffer());
    const files = readAssociatedFiles(content);
    if (!("kerastl.json" in files)) throw new Error(`${url} is not a file that kerastl exported.`);
    await runtime;
    return new Model(await loadAndCompile(content, { accelerator: "wasm" }), files);
  }

  constructor(compiled, files) {
    this.files = files;
    this.description = JSON.parse(files["kerastl.json"]);
    this.compiled = compiled;
    this.inputs = compiled.getInputDetails();
    this.running = Promise.resolve();
    for (const { dtype } of this.inputs) {
      if (!(dtype in ARRAYS)) {
        throw new Error(`The model takes ${dtype}; this page gives float32, uint8 or int32.`);
      }
    }
  }

  /**
   * Run one example: `{name: numbers}` for each input, and for each output. Calls may overlap: the
   * model has one set of tensors, so that the next example waits until the last outputs are read.
   */
  async run(values) {
    const outputs = this.running.then(() => this.#run(values));
    this.running = outputs.catch(() => {});
    return outputs;
  }

  async #run(values) {
    const fed = {};
    try {
      for (const { name, dtype, shape } of this.inputs) {
        fed[name] = new Tensor(ARRAYS[dtype].from(values[name]), [...shape]);
      }
      const numbers = {};
      for (const [name, output] of Object.entries(await this.compiled.run(fed))) {
        numbers[name] = Float32Array.from(await output.data());
        output.delete();
      }
      if (!numbers.scores.every(Number.isFinite)) throw new Error("The model cannot score this input.");
      return numbers;
    } finally {
      for (const tensor of Object.values(fed)) tensor.delete();
    }
  }
}
