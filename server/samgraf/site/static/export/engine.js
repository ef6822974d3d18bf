// @ts-check
// The endpoint of a copy of the site: what the service would answer, answered in the browser. The
// worker that does it is ended at a query's deadline, and another takes its place.

export { pageOf } from "./names.js";

const MOST = 48 * 1024 * 1024; // characters of an answer that a page takes in
const LABELS = "labels:";
const TRIPLES = "triples:";

/** Return what takes the place of `fetch` on the page of the editor, whose settings are in `told`. */
export async function engine(told) {
  told.labels = LABELS;
  told.triples = TRIPLES;
  const here = (address) => new URL(address, document.baseURI).href;
  const settings = await (await fetch(here(told.copy))).json();
  const formats = JSON.parse(told.engineFormats);
  const root = here(told.copy);
  const begin = {
    ...settings,
    formats,
    program: here(told.engineProgram),
    data: new URL(settings.data, root).href,
  };
  const workers = new Workers(here(told.engineWorker), begin);
  let labels = null; // by IRI, once they could be had

  return async function answered(address, { method = "GET", body = "", signal = null } = {}) {
    if (address === LABELS) {
      const asked = new Set(JSON.parse(body));
      labels ??= Object.entries(await (await fetch(here(told.engineLabels))).json());
      return Response.json(Object.fromEntries(labels.filter(([iri]) => asked.has(iri))));
    }
    const asked = method === "POST" ? new URLSearchParams(body) : new URLSearchParams(address.slice(address.indexOf("?") + 1));
    const format = address.startsWith(TRIPLES) ? "rows" : (asked.get("format") ?? "");
    if (asked.has("default-graph-uri") || asked.has("named-graph-uri")) {
      return problem({ status: 400, outcome: "refused", detail: "The graphs of a query are chosen in the query itself here: use FROM or GRAPH." });
    }
    const seconds = Math.min(Number(asked.get("timeout")) || settings.seconds, settings.seconds);
    const found = await workers.answer({ query: asked.get("query") ?? "", format }, seconds, signal);
    if (found.problem) {
      return problem(found.problem);
    }
    if (found.text.length > MOST) {
      return problem({ status: 500, outcome: "too-large", detail: "The answer is too large for a page. Ask for less, by LIMIT for instance." });
    }
    return new Response(found.text, { headers: { "Content-Type": found.type, "Samgraf-Release": settings.release } });
  };
}

/** Let a click on `link`, which would ask the service for a file, save what the engine answers, or `tell` why not. */
export function saves(link, answered, name, tell) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const response = await answered(link.href);
    if (!response.ok) return tell(await response.json());
    const address = URL.createObjectURL(await response.blob());
    const saved = document.createElement("a");
    saved.href = address;
    saved.download = `answer.${name}`;
    saved.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  });
}

function problem(document) {
  const headers = { "Content-Type": "application/problem+json" };
  return new Response(JSON.stringify(document), { status: document.status, headers });
}

class Workers {
  constructor(program, begin) {
    this.program = program;
    this.begin = begin;
    this.asked = 0;
    this.current = null;
  }

  /** Return the answer, or the problem; time counts from when the data are loaded. */
  async answer(query, seconds, signal) {
    this.current ??= this.start();
    const mine = this.current;
    // at once, so that what is asked next finds another worker
    const end = () => this.end(mine);
    signal?.addEventListener("abort", end);
    try {
      const loaded = await stopped(mine.ready, signal);
      if (loaded.problem) {
        end();
        return loaded;
      }
      let clock;
      const late = new Promise((resolve) => {
        clock = setTimeout(() => resolve(null), seconds * 1000);
      });
      const found = await stopped(Promise.race([this.send(mine, query), late]), signal);
      clearTimeout(clock);
      if (found === null) {
        end();
        this.current = this.start(); // ready for what is asked next
        const detail = `The query was stopped after ${seconds} seconds. Ask for less at a time: bind more terms, drop patterns that share no variable, or add a LIMIT without ORDER BY.`;
        return { problem: { status: 503, outcome: "timeout", detail } };
      }
      return found;
    } finally {
      signal?.removeEventListener("abort", end);
    }
  }

  start() {
    const worker = new Worker(this.program, { type: "module" });
    const mine = { worker, waiting: new Map(), ready: Promise.resolve() };
    worker.addEventListener("message", ({ data: { id, ...told } }) => {
      mine.waiting.get(id)?.(told);
      mine.waiting.delete(id);
    });
    worker.addEventListener("error", (event) => {
      // of one that has run out of memory nothing more is to be had
      const detail = event.message || "The engine could not be started.";
      for (const tell of mine.waiting.values()) tell({ problem: { status: 500, outcome: "failed", detail } });
      this.end(mine);
    });
    mine.ready = this.send(mine, { begin: this.begin });
    return mine;
  }

  send({ worker, waiting }, message) {
    this.asked += 1;
    const id = this.asked;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      worker.postMessage({ id, ...message });
    });
  }

  end(mine) {
    mine.worker.terminate();
    if (this.current === mine) this.current = null;
  }
}

/** Return what `promise` gives, unless `signal` says that nobody waits for it any more. */
function stopped(promise, signal) {
  if (!signal) return promise;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
