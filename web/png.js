/* Unpacks PNG files (W3C, Portable Network Graphics): 8 bits per channel, grey or RGB, not
 * interlaced, as the project's image sheets are. A canvas would not do: browsers may change what it
 * returns. */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];

export async function inflate(bytes, format = 'deflate') {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export const isPNG = (bytes) => SIGNATURE.every((byte, i) => bytes[i] === byte);

/* Undoes the filter of each line (section 9), in place, and moves the lines together. */
function unfilter(data, line, height, step) {
  for (let y = 0; y < height; y++) {
    const filter = data[y * (line + 1)], from = y * (line + 1) + 1, to = y * line;
    for (let x = 0; x < line; x++) {
      const left = x < step ? 0 : data[to + x - step], up = y === 0 ? 0 : data[to + x - line];
      const corner = x < step || y === 0 ? 0 : data[to + x - line - step];
      const p = left + up - corner;
      const a = Math.abs(p - left), b = Math.abs(p - up), c = Math.abs(p - corner);
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      data[to + x] = data[from + x] + [0, left, up, (left + up) >> 1, paeth][filter];
    }
  }
  return data.subarray(0, line * height);
}

/* {width, height, channels, pixels}. Throws an Error if the file is damaged or of another kind. */
export async function unpackPNG(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), parts = [];
  const header = {width: view.getUint32(16), height: view.getUint32(20)};
  const [depth, colour, , , interlaced] = bytes.subarray(24, 29);
  header.channels = {0: 1, 2: 3}[colour];
  if (depth !== 8 || !header.channels || interlaced)
    throw new Error('a PNG must have 8 bits per channel, be grey or RGB, and not be interlaced');
  for (let at = 8; at < bytes.length; at += 12 + view.getUint32(at))
    if (view.getUint32(at + 4) === 0x49444154) /* IDAT */
      parts.push(bytes.subarray(at + 8, at + 8 + view.getUint32(at)));
  const line = header.width * header.channels;
  const data = await inflate(await new Blob(parts).arrayBuffer());
  if (data.length !== (line + 1) * header.height)
    throw new Error('the PNG is damaged');
  return {...header, pixels: unfilter(data, line, header.height, header.channels)};
}

/* As the module reads it (standin/picture.c): signature, width, height, channels, pixels. */
export async function rawPNG(bytes) {
  const {width, height, channels, pixels} = await unpackPNG(bytes);
  const raw = new Uint8Array(20 + pixels.length), view = new DataView(raw.buffer);
  raw.set(SIGNATURE);
  [width, height, channels].forEach((x, i) => view.setUint32(8 + 4 * i, x, true));
  raw.set(pixels, 20);
  return raw;
}
