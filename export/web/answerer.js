// Answers images or texts with a `.tflite` file: prepares the input, runs the model, reads the scores.

import { Model } from "./model.js";
import { readPixels } from "./pixels.js";
import { readScores } from "./scores.js";

export class Answerer {
  /** Load a file that kerastl exported. */
  static async load(url) {
    return new Answerer(await Model.load(url));
  }

  constructor(model) {
    this.model = model;
    this.description = model.description;
    this.read = readScores(model.description);
  }

  /** What the model takes: "image" or "text". */
  get kind() {
    return this.description.preprocessing.kind;
  }

  /**
   * Answer an image (a Blob, File, canvas or video) or a text; see scores.js for what returns.
   * Calls may overlap.
   */
  async answer(input) {
    const pixels = await readPixels(input, this.description.preprocessing);
    return this.read([await this.model.run({ pixels })]);
  }
}
