/* What the tests in node share: the engine, and the repository's files in its memory. */

import {readFileSync, readdirSync, statSync} from 'node:fs';
import {Engine} from '../../web/engine.js';

export const read = (path) => new Uint8Array(readFileSync(path));
export const readText = (path) => readFileSync(path, 'utf8');

export const loadEngine = () => Engine.load({
  onehot: read('build/web/onehot.wasm'), gradcheck: read('build/web/onehot-f64.wasm') });

/* Writes a file, or a folder's files, under their own paths. */
export async function give(engine, path) {
  if (statSync(path).isDirectory())
    for (const name of readdirSync(path)) await give(engine, `${path}/${name}`);
  else
    await engine.writeImage(path, read(path));
}

let failures = 0;
export function check(claim, holds, details = '') {
  if (!holds) failures++;
  if (!holds) console.log(`FAILED  ${claim}${details && `: ${details}`}`);
}
export function finish() {
  process.exitCode = failures ? 1 : 0;
}
