// Reads the associated files of TFLite metadata: a zip archive, uncompressed, at the end of a model.

const END = 0x06054b50;
const ENTRY_BYTES = 46;

/** Read the text of every associated file: {name: text}, empty if there is no archive. */
export function readAssociatedFiles(content) {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const decoder = new TextDecoder();
  const text = (start, length) => decoder.decode(content.subarray(start, start + length));
  let end = content.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end -= 1;
  const files = {};
  if (end < 0) return files;
  let entry = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const size = view.getUint32(entry + 24, true);
    const [name, extra, comment] = [28, 30, 32].map((at) => view.getUint16(entry + at, true));
    const header = view.getUint32(entry + 42, true);
    const data = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    files[text(entry + ENTRY_BYTES, name)] = text(data, size);
    entry += ENTRY_BYTES + name + extra + comment;
  }
  return files;
}
