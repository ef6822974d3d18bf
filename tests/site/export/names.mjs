// Name the files of pages as the scripts of a copy do: JSON on standard input and output.

import { readFileSync } from "node:fs";

const site = new URL("../../../server/samgraf/site/static/", import.meta.url);
const { pageOf } = await import(new URL("export/names.js", site));
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(pageOf)));
