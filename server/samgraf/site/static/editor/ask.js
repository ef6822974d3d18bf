// @ts-check
// Ask the endpoint, measure it, and read what comes back:
// https://www.w3.org/TR/sparql11-protocol/ and https://www.rfc-editor.org/rfc/rfc9457.

import { partnersOf } from "./partners.js";

const ACCEPT = "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.8";
export const LONGEST_ADDRESS = 8000; // characters; longer queries are posted
const MOST_BYTES = 48 * 1024 * 1024; // that a page takes in

/** What asks: `fetch`, or an engine in the browser where there is no service. */
export const asks = { fetch: (address, given) => fetch(address, given) };

/** What went wrong; `outcome` is the service's word for it. */
export class Problem extends Error {
  /** @type {any[] | undefined} */
  partners;

  constructor(document) {
    super(document.detail ?? "");
    Object.assign(this, document);
  }
}

/** Return the answer: kind, what it holds, and how it came. */
export async function ask(address, parameters, signal) {
  const began = performance.now();
  const response = await send(address, parameters, signal, ACCEPT);
  const text = await read(response, signal);
  if (!response.ok) {
    throw problemOf(response, text);
  }
  return {
    asked: parameters,
    partners: partnersOf(response),
    truncated: response.headers.has("Samgraf-Truncated"),
    release: response.headers.get("Samgraf-Release") ?? "",
    milliseconds: performance.now() - began,
    ...parsed(response.headers.get("Content-Type") ?? "", text),
  };
}

/** Return the response for another form of the same answer; throw where there is none. */
export async function asking(address, parameters) {
  const response = await send(address, parameters, new AbortController().signal, "*/*");
  if (!response.ok) {
    throw problemOf(response, await response.text());
  }
  return response;
}

async function send(address, parameters, signal, accept) {
  const headers = { Accept: accept };
  const query = parameters.toString();
  try {
    if (query.length + address.length <= LONGEST_ADDRESS) {
      return await asks.fetch(`${address}?${query}`, { headers, signal });
    }
    return await asks.fetch(address, { method: "POST", headers, body: parameters, signal });
  } catch (error) {
    throw signal.aborted ? error : new Problem({ outcome: "network" });
  }
}

async function read(response, signal) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const pieces = [];
  let length = 0;
  for (;;) {
    let piece;
    try {
      piece = await reader.read();
    } catch (error) {
      throw signal.aborted ? error : new Problem({ outcome: "network" });
    }
    if (piece.done) {
      break;
    }
    length += piece.value.byteLength;
    if (length > MOST_BYTES) {
      await reader.cancel();
      throw new Problem({ outcome: "huge" });
    }
    pieces.push(decoder.decode(piece.value, { stream: true }));
  }
  pieces.push(decoder.decode());
  return pieces.join("");
}

function problemOf(response, text) {
  const told = { status: response.status, outcome: response.status >= 500 ? "failed" : "refused" };
  try {
    Object.assign(told, JSON.parse(text));
  } catch {
    told.detail = `${response.status} ${response.statusText}`;
  }
  return new Problem({ ...told, wait: response.headers.get("Retry-After") });
}

function parsed(type, text) {
  if (!type.startsWith("application/sparql-results+json")) {
    return { kind: "graph", text, hints: [] };
  }
  const document = JSON.parse(text);
  // it tells more of partners than the header does
  const told = { ...(document.partners && { partners: document.partners }), hints: document.hints ?? [] };
  if ("boolean" in document) {
    return { kind: "boolean", boolean: document.boolean, ...told };
  }
  // a variable may be called as what every object has
  const rows = document.results.bindings.map((row) => Object.setPrototypeOf(row, null));
  return { kind: "solutions", variables: document.head.vars, rows, ...told };
}
