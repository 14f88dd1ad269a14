// Keeps the app for use without a connection, and offers a new version of it.

/**
 * Start the service worker.
 *
 * `kept()` is called once the app answers offline, `renewed(load)` when another version was fetched:
 * `load()` replaces this one.
 */
export async function keepForOffline(kept, renewed) {
  const container = navigator.serviceWorker;
  // Browsers have no service worker on pages without https, except on localhost.
  if (!container) return;
  const hadOne = Boolean(container.controller);
  const registration = await container.register("service_worker.js");
  const offer = (worker) =>
    renewed(() => {
      container.addEventListener("controllerchange", () => location.reload(), { once: true });
      worker.postMessage("activate");
    });
  if (registration.waiting && hadOne) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => {
      if (worker.state === "installed" && container.controller && hadOne) offer(worker);
    });
  });
  const worker = (await container.ready).active;
  const channel = new MessageChannel();
  channel.port1.onmessage = ({ data }) => data && kept();
  worker.postMessage("keeps", [channel.port2]);
}
