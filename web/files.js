/* The files that belong to the page: beside it on a server, inside it in the single file, where
 * they are compressed. */

const inside = typeof document === 'undefined' ? null : document.querySelector('script#files');
const contents = inside && JSON.parse(inside.textContent);

/* Whether this is the single file, which has no link to anything outside. */
export const alone = contents !== null;

const unpack = async (text) => {
  if (typeof DecompressionStream !== 'function')
    throw new Error('this browser lacks DecompressionStream; a newer one has it');
  const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

/* The bytes of a file, and its text; null if there is none. */
export const bytes = async (name) => {
  if (contents) return contents[name] ? unpack(contents[name]) : null;
  const response = await fetch(name).catch((error) => {
    throw location.protocol !== 'file:' ? error
      : new Error('browsers do not let a page load files from a disk. Open onehot.html instead, or serve this folder: python3 -m http.server');
  });
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
};

export const text = async (name) => {
  const found = await bytes(name);
  return found && new TextDecoder().decode(found);
};

/* A worker that runs this script. */
export const worker = async (name) => {
  if (!contents) return new Worker(name);
  return new Worker(URL.createObjectURL(new Blob([await bytes(name)], {type: 'text/javascript'})));
};
