// The part of the page that takes images, by file or by camera.

import { Camera } from "./camera.js";
import { listenForImages } from "./image_sources.js";

const found = (id) => document.getElementById(id);

const SMALL = 200; // pixels

export class ImagePanel {
  /** Show the panel. `say(sentence)` and `show(answer)` are the page's. */
  constructor(answerer, { say, show }) {
    this.answerer = answerer;
    this.say = say;
    this.show = show;
    this.last = null;
    this.isOn = false;
    [this.image, this.video, this.button] = ["image", "video", "camera"].map(found);
    this.camera = new Camera(this.video);
    // A digit of 28 pixels is enlarged, so that one sees it.
    this.image.addEventListener("load", () => {
      this.image.classList.toggle("small", this.image.naturalWidth < SMALL);
    });
    this.button.addEventListener("click", () => this.#toggleCamera());
    // Nobody sees the answers: the camera's light goes out.
    document.addEventListener("visibilitychange", () => document.hidden && this.#stopCamera());
    listenForImages(found("file"), found("stage"), (blob) => this.#answerFile(blob));
    found("image-input").hidden = false;
  }

  async #answerFile(blob) {
    this.#stopCamera();
    this.last = blob;
    this.say("Working");
    this.show(null);
    try {
      const answer = await this.answerer.answer(blob);
      // Another image was given meanwhile: its answer is shown.
      if (blob !== this.last) return;
      URL.revokeObjectURL(this.image.src);
      this.image.src = URL.createObjectURL(blob);
      this.#display(this.image);
      this.show(answer);
      this.say("Done");
    } catch (error) {
      if (blob !== this.last) return;
      this.#display(null);
      this.say(error.message);
    }
  }

  async #toggleCamera() {
    if (this.isOn) {
      this.#stopCamera();
      return;
    }
    this.last = this.video;
    this.#mark(true);
    this.say("Starting the camera");
    this.show(null);
    try {
      await this.camera.start((video) => this.#answerFrame(video));
    } catch (error) {
      this.#stopCamera();
      this.say(error.message);
    }
  }

  async #answerFrame(video) {
    const answer = await this.answerer.answer(video);
    if (!this.camera.isOn) return;
    this.#display(video);
    this.show(answer);
    this.say("The camera is on");
  }

  #stopCamera() {
    if (!this.isOn) return;
    this.camera.stop();
    this.#mark(false);
    this.#display(null);
    this.show(null);
    this.say("The camera is off");
  }

  #mark(isOn) {
    this.isOn = isOn;
    this.button.classList.toggle("on", isOn);
    this.button.textContent = isOn ? "Stop camera" : "Use camera";
  }

  // Show the image, the video, or the invitation to give one.
  #display(media) {
    this.image.hidden = media !== this.image;
    this.video.hidden = media !== this.video;
    found("frame").hidden = media === null;
    found("invitation").hidden = media !== null;
  }
}
