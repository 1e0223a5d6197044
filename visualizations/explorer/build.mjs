// Build the page's one script and one style sheet, with the notices of what is in them.
// Run `npm ci && npm run build`; the results in dist/ are committed. An argument names another
// folder to write to: the test that the committed bundle is what the source builds uses it.

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

const root = new URL(".", import.meta.url);
const out = process.argv[2] ? pathToFileURL(`${resolve(process.argv[2])}/`) : new URL("dist/", root);

async function notice(name) {
  const folder = new URL(`node_modules/${name}/`, root);
  const { version } = JSON.parse(await readFile(new URL("package.json", folder), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = (await readFile(new URL(file, folder), "utf8")).replaceAll("\r\n", "\n").trim();
  return { name, version, text };
}

const shared = {
  absWorkingDir: fileURLToPath(root),
  bundle: true,
  minify: true,
  write: false,
  legalComments: "none",
  charset: "utf8",
  metafile: true,
};
const script = await build({
  ...shared,
  entryPoints: ["src/main.js"],
  format: "iife",
  target: ["chrome111", "firefox113", "safari16.4"],
});
const style = await build({ ...shared, entryPoints: ["src/style.css"], target: ["chrome111", "firefox113", "safari16.4"] });

const packages = new Set();
for (const input of Object.keys(script.metafile.inputs)) {
  const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (match) packages.add(match[1]);
}
const notices = await Promise.all([...packages].sort().map(notice));
const licences = notices.map(({ name, version, text }) => `${name} ${version}\n\n${text}\n`).join(`\n${"-".repeat(72)}\n\n`);
const plain = licences.replace(/\s*https?:\/\/\S+/g, "");
const banner = `/*! This script contains the packages below.\n\n${plain.replaceAll("*/", "* /")}*/\n`;

await mkdir(out, { recursive: true });
await writeFile(new URL("explorer.js", out), banner + script.outputFiles[0].text);
await writeFile(new URL("explorer.css", out), style.outputFiles[0].text);
await writeFile(new URL("LICENSES.txt", out), licences);
const size = (file) => `${(file.contents.length / 1024).toFixed(0)} kB`;
console.log(`explorer.js ${size(script.outputFiles[0])}, explorer.css ${size(style.outputFiles[0])}`);
