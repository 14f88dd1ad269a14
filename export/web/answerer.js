// Answers images or texts with a `.tflite` file: prepares the input, runs the model, reads the scores.

import { Model } from "./model.js";
import { readPixels } from "./pixels.js";
import { readScores } from "./scores.js";
import { textFeeder } from "./text_feeds.js";

export class Answerer {
  /** Load a file that kerastl exported. */
  static async load(url) {
    return new Answerer(await Model.load(url));
  }

  constructor(model) {
    this.model = model;
    this.description = model.description;
    this.read = readScores(model.description);
    this.prepare = PREPARERS[this.kind](model);
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
    const { feeds, context } = await this.prepare(input);
    const outputs = await Promise.all(feeds.map((values) => this.model.run(values)));
    return this.read(outputs, context);
  }
}

// What makes the function that prepares the inputs of a model.
const PREPARERS = {
  image: ({ description }) => {
    return async (image) => ({ feeds: [{ pixels: await readPixels(image, description.preprocessing) }] });
  },
  text: ({ files, description }) => textFeeder(files, description),
};
