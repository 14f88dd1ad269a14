// Gives the frames of a camera, one after the other.

const REASONS = {
  NotAllowedError: "The camera was not allowed: allow it in the browser, or choose an image.",
  NotFoundError: "There is no camera: choose an image.",
  NotReadableError: "The camera is used by another program: close it, or choose an image.",
};
// Answers a second, so that a phone stays cool.
const MOST_A_SECOND = 10;

export class Camera {
  /** Show the camera in a video element. */
  constructor(video) {
    this.video = video;
    this.stream = null;
    this.asked = 0;
  }

  get isOn() {
    return this.stream !== null;
  }

  /** Start, and call `use(video)` for each frame until `stop`. An error is one sentence. */
  async start(use) {
    this.stop();
    const asked = this.asked;
    const stream = await openStream();
    // `stop` was called while the browser asked for permission.
    if (asked !== this.asked) return close(stream);
    this.stream = stream;
    this.video.srcObject = stream;
    await this.video.play().catch(() => {});
    while (this.stream === stream && stream.active) {
      const next = new Promise((resolve) => setTimeout(resolve, 1000 / MOST_A_SECOND));
      await nextFrame(this.video);
      if (this.stream === stream) await use(this.video);
      await next;
    }
    if (this.stream === stream) {
      this.stop();
      throw new Error("The camera was switched off.");
    }
  }

  stop() {
    this.asked += 1;
    if (this.stream) close(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }
}

async function openStream() {
  if (!navigator.mediaDevices) {
    throw new Error("Browsers allow the camera on https pages and on localhost only: choose an image.");
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (error) {
    throw new Error(REASONS[error.name] ?? "The camera does not start: choose an image.");
  }
}

function close(stream) {
  for (const track of stream.getTracks()) track.stop();
}

function nextFrame(video) {
  return new Promise((resolve) => {
    // A camera that is switched off gives no further frame.
    setTimeout(resolve, 1000);
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(resolve);
    else requestAnimationFrame(resolve);
  });
}
