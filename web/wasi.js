/* The few calls of WASI that the C library makes: a clock, and what a program prints. */

const BAD_DESCRIPTOR = 8;

/* `memory` returns the module's memory; `print(fd, text)` receives what descriptor 1 or 2 gets. */
export function wasi(memory, print) {
  const view = () => new DataView(memory().buffer);
  const decoders = {};
  return {
    clock_time_get(id, precision, out) {
      view().setBigUint64(out, BigInt(Math.round(performance.now() * 1e6)), true);
      return 0;
    },
    fd_write(fd, parts, count, out) {
      const v = view();
      let size = 0;
      decoders[fd] ??= new TextDecoder();
      for (let i = 0; i < count; i++) {
        const at = v.getUint32(parts + 8 * i, true), n = v.getUint32(parts + 8 * i + 4, true);
        print(fd, decoders[fd].decode(new Uint8Array(v.buffer, at, n), {stream: true}));
        size += n;
      }
      v.setUint32(out, size, true);
      return 0;
    },
    environ_sizes_get(count, size) {
      view().setUint32(count, 0, true);
      view().setUint32(size, 0, true);
      return 0;
    },
    environ_get: () => 0,
    fd_fdstat_get: () => BAD_DESCRIPTOR, /* no terminal */
    fd_prestat_get: () => BAD_DESCRIPTOR, /* no folder */
    fd_close: () => BAD_DESCRIPTOR,
    fd_seek: () => BAD_DESCRIPTOR,
    proc_exit(status) { throw new Error(`the module ended with status ${status}`); },
  };
}
