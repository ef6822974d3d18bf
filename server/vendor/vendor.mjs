// Copy the browser files that package.json names, unchanged, to where the server serves them, and
// write the manifest: package, version, licence, SHA-256 of each file. The same lock gives the same
// bytes. For whoever upgrades; nobody else needs Node:
//
//     cd server/vendor && npm ci --ignore-scripts && node vendor.mjs

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = join(here, "..", "samgraf", "site", "static", "vendor");
const wanted = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));

rmSync(target, { recursive: true, force: true });
const manifest = [];
for (const [pkg, { name, files }] of Object.entries(wanted.vendor)) {
  const source = join(here, "node_modules", pkg);
  const { version, license } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  if (version !== wanted.dependencies[pkg]) throw new Error(`${pkg}: run npm ci first`);
  const folder = `${name}-${version}`;
  mkdirSync(join(target, folder), { recursive: true });
  const hashes = {};
  for (const file of files) {
    const copy = join(target, folder, basename(file));
    cpSync(join(source, file), copy);
    hashes[basename(file)] = createHash("sha256").update(readFileSync(copy)).digest("hex");
  }
  manifest.push({ package: pkg, version, license, folder, files: hashes });
}
writeFileSync(join(target, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
