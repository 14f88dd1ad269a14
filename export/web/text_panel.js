// The part of the page that takes texts.

const found = (id) => document.getElementById(id);
const PAUSE = 250; // milliseconds without a key, until the text is answered

export class TextPanel {
  /** Show the panel. `say(sentence)` and `show(answer)` are the page's. */
  constructor(answerer, { say, show }) {
    this.answerer = answerer;
    this.say = say;
    this.show = show;
    this.field = found("text");
    this.asked = 0;
    this.field.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#answer(), PAUSE);
    });
    found("text-input").addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(this.timer);
      this.#answer();
    });
    found("text-input").hidden = false;
  }

  async #answer() {
    const asked = (this.asked += 1);
    const text = this.field.value;
    if (!text.trim()) {
      this.show(null);
      this.say("Type or paste a text.");
      return;
    }
    this.say("Working");
    try {
      const answer = await this.answerer.answer(text);
      // The text was changed meanwhile: its answer is shown.
      if (asked !== this.asked) return;
      this.show(answer);
      this.say("Done");
    } catch (error) {
      if (asked !== this.asked) return;
      this.show(null);
      this.say(error.message);
    }
  }
}
