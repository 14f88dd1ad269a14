// Answers from the browser's cache. `kerastl app web` fills in the version and the files: in a checkout
// nothing is kept.

const APP = { version: "", files: [] };
const PREFIX = `kerastl ${registration.scope} `;
const CACHE = PREFIX + APP.version;
const RUNTIME = "node_modules/@litertjs/";

// A WebAssembly module with one relaxed SIMD operation: LiteRT.js takes another file without these.
const RELAXED_SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15,
  65, 2, 253, 15, 253, 128, 2, 11,
];
const wasm = WebAssembly.validate(new Uint8Array(RELAXED_SIMD))
  ? "litert_wasm_internal"
  : "litert_wasm_compat_internal";
const ADDRESSES = [
  ...APP.files,
  `${RUNTIME}core/dist/index.js`,
  `${RUNTIME}wasm-utils/dist/index.js`,
  `${RUNTIME}core/wasm/${wasm}.js`,
  `${RUNTIME}core/wasm/${wasm}.wasm`,
].map((file) => new URL(file, registration.scope).href);

addEventListener("install", (event) => APP.version && event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(clean()));
addEventListener("fetch", (event) => {
  const address = addressOf(event.request);
  if (APP.version && ADDRESSES.includes(address)) event.respondWith(answer(address, event.request));
});
addEventListener("message", ({ data, ports: [port] }) => {
  if (data === "activate") skipWaiting();
  if (data === "keeps") port.postMessage(APP.version);
});

// All files or none: those of two versions never mix.
async function keep() {
  const cache = await caches.open(CACHE);
  await Promise.all(ADDRESSES.map(async (address) => cache.put(address, await fetched(address))));
}

async function fetched(address) {
  const response = await fetch(address, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  // A page that was redirected to does not answer a navigation.
  return new Response(await response.blob(), { headers: response.headers });
}

async function clean() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await clients.claim();
}

function addressOf(request) {
  const address = new URL(request.url);
  address.search = address.hash = "";
  const isFolder = request.mode === "navigate" && address.href === registration.scope;
  return isFolder ? new URL("index.html", address).href : address.href;
}

async function answer(address, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address)) || fetch(request);
}
