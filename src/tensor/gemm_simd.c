/* The matrix products of gemm.c with vector instructions: the same chains, term by term, and so the
 * same bits. Lanes, registers and blocks hold different elements of the result, never parts of one.
 *
 * All three products are one, c(r, j) = init(r, j) + sum over i of a(r, i) b(i, j), with other
 * steps from element to element. A block of up to BLOCK terms of BAND rows is computed in one of
 * two ways, chosen from the data alone:
 *  - sparse, where at least half of the left factors are zeros (pixels, what relu has cut off): row
 *    by row, from a list of the terms whose left factor is not zero;
 *  - dense: ROWS rows at once, in tiles of registers: each vector of b that is loaded serves all.
 *
 * Compiled once per instruction set, with ONEHOT_GEMM as the result's name (kernel.c). */
#include "tensor/gemm.h"
#include "tensor/simd.h"

#include <stdint.h>

enum {
    BAND = 128,             /* rows of c at a time */
    BLOCK = 256,            /* terms of their sums at a time */
    ROWS = 6,               /* rows of a dense tile: ROWS * VECTORS sums are in registers */
    TILE = VECTORS * LANES, /* columns of a dense tile */
    WIDE = 8,               /* vectors at once in a sparse row */
    PANEL = WIDE * LANES,   /* columns of those */
    DEPTH = 64,             /* terms of them at a time: that much of b stays in a near cache */
    SLICES = (BLOCK + DEPTH - 1) / DEPTH,
    ABREAST = 4, /* sparse rows at once where they have one vector of columns */
    FEW = 16,    /* columns */
    DENSE = -1,
};

/* Element (r, i) of a at p[r * row + i * term]; one of the two is 1. */
struct left {
    const float *p;
    size_t row, term;
};

/* Element (i, j) of b at p[(i - first) * term + j * col]; term or col is 1. */
struct right {
    const float *p;
    size_t term, col;
    int first;
};

/* Where the sums of row r begin: at p[r * row + j], or at 0 for NULL. */
struct init {
    const float *p;
    size_t row;
};

static struct left left_at(struct left a, int r, int i) {
    return (struct left){a.p + (size_t)r * a.row + (size_t)i * a.term, a.row, a.term};
}

static struct right right_at(struct right b, int i, int j) {
    return (struct right){b.p + (size_t)i * b.term + (size_t)j * b.col, b.term, b.col, b.first};
}

static struct init init_at(struct init s, int r, int j) {
    return (struct init){s.p ? s.p + (size_t)r * s.row + j : NULL, s.row};
}

/* As much of a vector as there is, the rest of it zero. */
static inline vec load(const float *p, int n) {
    return n >= LANES ? vec_load(p) : n > 0 ? vec_load_first(p, n) : vec_all(0);
}

static inline void store(float *p, vec v, int n) {
    if (n >= LANES)
        vec_store(p, v);
    else
        vec_store_first(p, v, n);
}

/* ---- b as the loops want it: the elements of a term side by side ---- */

#if __has_builtin(__builtin_shufflevector)
typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

static void transpose_4x4(const float *from, size_t pitch, float *to, size_t to_pitch) {
    four a = *(const four *)from, b = *(const four *)(from + pitch),
         c = *(const four *)(from + 2 * pitch), d = *(const four *)(from + 3 * pitch);
    four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5),
         cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    *(four *)to = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(four *)(to + to_pitch) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    ab = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    cd = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(four *)(to + 2 * to_pitch) = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(four *)(to + 3 * to_pitch) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}
#endif

/* Copies `terms` x `cols` elements of b to `space`, with rows of `width` there. */
static struct right pack(struct right b, int terms, int cols, int width, float *space) {
    struct right result = {space, (size_t)width, 1, 0};
    if (b.col == 1) {
        for (int i = 0; i < terms; i++) {
            const float *from = b.p + (size_t)i * b.term;
            float *to = space + (size_t)i * result.term;
            int j = 0;
            for (; cols - j >= LANES; j += LANES)
                vec_store(to + j, vec_load(from + j));
            for (; j < width; j += LANES) /* filled up with zeros */
                vec_store(to + j, load(from + j, cols - j));
        }
        return result;
    }
    for (int j = 0; j < cols; j += 4)
        for (int i = 0; i < terms; i += 4) {
            const float *from = b.p + (size_t)j * b.col + i;
            float *to = space + (size_t)i * result.term + j;
#if __has_builtin(__builtin_shufflevector)
            if (cols - j >= 4 && terms - i >= 4) {
                transpose_4x4(from, b.col, to, result.term);
                continue;
            }
#endif
            for (int y = 0; y < 4 && y < cols - j; y++)
                for (int x = 0; x < 4 && x < terms - i; x++)
                    to[(size_t)x * result.term + (size_t)y] = from[(size_t)y * b.col + (size_t)x];
        }
    return result;
}

/* Whether to copy b before `uses` rows are computed from it: where its rows lie so far apart that
 * they push each other out of the cache, and enough rows share the cost; or where it lies across.
 */
static int worth_packing(struct right b, int uses) {
    return b.col != 1 || (b.term % 128 == 0 && b.term > PANEL && uses >= 12);
}

/* ---- dense ---- */

/* c(r, j) = init(r, j) + `count` terms, for `rows` rows and `vectors` vectors of columns, the last
 * of `last` lanes. Called with constant rows and vectors, so that the sums stay in registers. */
static inline __attribute__((always_inline)) void tile(struct left a, struct right b, int count,
                                                       struct init init, float *c, size_t pitch,
                                                       int rows, int vectors, int last) {
    vec acc[ROWS][VECTORS];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) {
            const float *p = init.p + (size_t)r * init.row + v * LANES;
            acc[r][v] = !init.p           ? vec_all(0)
                        : v < vectors - 1 ? vec_load(p)
                                          : vec_load_first(p, last);
        }
    const float *p = a.p, *q = b.p;
    for (int i = 0; i < count; i++, p += a.term, q += b.term) {
        vec right[VECTORS];
        for (int v = 0; v < vectors; v++)
            right[v] = v < vectors - 1 || last == LANES ? vec_load(q + v * LANES)
                                                        : vec_load_first(q + v * LANES, last);
        for (int r = 0; r < rows; r++) {
            vec left = vec_all(p[(size_t)r * a.row]);
            for (int v = 0; v < vectors; v++)
                acc[r][v] = vec_fma(left, right[v], acc[r][v]);
        }
    }
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) {
            vec sum = vec_add(acc[r][v], vec_all(0)); /* turns -0 into +0 */
            if (v < vectors - 1)
                vec_store(c + (size_t)r * pitch + v * LANES, sum);
            else
                vec_store_first(c + (size_t)r * pitch + v * LANES, sum, last);
        }
}

/* tile for up to TILE columns. */
static inline __attribute__((always_inline)) void tiles(struct left a, struct right b, int count,
                                                        struct init init, float *c, size_t pitch,
                                                        int rows, int cols) {
    if (cols == TILE) {
        tile(a, b, count, init, c, pitch, rows, VECTORS, LANES);
        return;
    }
    for (int j = 0; j < cols; j += LANES)
        tile(a, right_at(b, 0, j), count, init_at(init, 0, j), c + j, pitch, rows, 1,
             cols - j < LANES ? cols - j : LANES);
}

static void dense(struct left a, struct right b, int count, struct init init, float *c,
                  size_t pitch, int rows, int cols) {
    _Alignas(64) float space[BLOCK * TILE];
    for (int j = 0; j < cols; j += TILE) {
        int width = cols - j < TILE ? cols - j : TILE, r = 0;
        struct right panel = right_at(b, 0, j);
        if (worth_packing(b, rows))
            panel = pack(panel, count, width, TILE, space);
        for (; rows - r >= ROWS; r += ROWS)
            tiles(left_at(a, r, 0), panel, count, init_at(init, r, j), c + (size_t)r * pitch + j,
                  pitch, ROWS, width);
        for (; r < rows; r++)
            tiles(left_at(a, r, 0), panel, count, init_at(init, r, j), c + (size_t)r * pitch + j,
                  pitch, 1, width);
    }
}

/* ---- sparse ---- */

/* The terms i of a row whose left factor, left[i], is not zero, in order; those of slice s, of
 * DEPTH terms, begin at place[start[s]]. */
struct terms {
    const float *left;
    int start[SLICES + 1];
    uint8_t place[BLOCK + VEC_LIST]; /* BLOCK and BAND fit */
};

/* Of `count` left factors that lie side by side, those that are not zero: their numbers, from
 * `base` on. Returns how many. */
static inline int list(uint8_t *place, const float *p, int count, int base) {
    if (vec_list_many_here())
        return vec_list_many(place, p, count, base);
    int n = 0;
    for (int i = 0; i < count; i += LANES)
        n += vec_list(place + n, load(p + i, count - i), base + i);
    return n;
}

/* Whether so many terms of `all` are not zero that lists do not pay. */
static int dense_enough(int found, int all) {
    return 5 * found > 3 * all;
}

/* The lists of `rows` rows whose left factors lie side by side. Returns how many terms they have;
 * or DENSE, as soon as it is clear that lists do not pay. */
static int list_rows(struct terms *t, struct left a, int count, int rows) {
    int found = 0;
    for (int r = 0; r < rows; r++) {
        int n = 0, s = 0;
        t[r].left = a.p + (size_t)r * a.row;
        for (int i = 0; i < count; i += DEPTH) {
            t[r].start[s++] = n;
            n += list(t[r].place + n, t[r].left + i, count - i < DEPTH ? count - i : DEPTH, i);
        }
        t[r].start[s] = n;
        found += n;
        if (r % ROWS == ROWS - 1 && dense_enough(found, (r + 1) * count))
            return DENSE;
    }
    return dense_enough(found, rows * count) ? DENSE : found;
}

/* The same where the rows' left factors for each term lie side by side; they are copied, those that
 * are not zero, to left[r]. */
static int list_columns(struct terms *t, struct left a, int count, int rows,
                        float left[BAND][BLOCK + LANES]) {
    uint8_t place[2][BAND + VEC_LIST]; /* the next term is listed before this one's list is read */
    int length[BAND] = {0}, found = 0, next = list(place[0], a.p, rows, 0);
    for (int i = 0; i < count; i++) {
        const float *p = a.p + (size_t)i * a.term;
        int n = next;
        if (i + 1 < count)
            next = list(place[(i + 1) % 2], p + a.term, rows, 0);
        if (i % DEPTH == 0)
            for (int r = 0; r < rows; r++)
                t[r].start[i / DEPTH] = length[r];
        for (int k = 0; k < n; k++) {
            int r = place[i % 2][k];
            left[r][i] = p[r];
            t[r].place[length[r]++] = (uint8_t)i;
        }
        found += n;
        if (i % ROWS == ROWS - 1 && dense_enough(found, rows * (i + 1)))
            return DENSE;
    }
    for (int r = 0; r < rows; r++) {
        t[r].start[(count + DEPTH - 1) / DEPTH] = length[r];
        t[r].left = left[r];
    }
    return dense_enough(found, rows * count) ? DENSE : found;
}

/* One row of one slice: c(j) = init(j) + its terms, for `vectors` vectors of columns. */
static inline __attribute__((always_inline)) void
chain(const struct terms *t, int s, struct right b, const float *init, float *c, int vectors) {
    vec acc[WIDE];
    if (init)
        for (int v = 0; v < vectors; v++)
            acc[v] = vec_load(init + v * LANES);
    else
        for (int v = 0; v < vectors; v++)
            acc[v] = vec_all(0);
    const uint8_t *end = t->place + t->start[s + 1];
    for (const uint8_t *place = t->place + t->start[s]; place < end; place++) {
        vec left = vec_all(t->left[*place]);
        const float *p = b.p + (size_t)(*place - b.first) * b.term;
        for (int v = 0; v < vectors; v++)
            acc[v] = vec_fma(left, vec_load(p + v * LANES), acc[v]);
    }
    for (int v = 0; v < vectors; v++)
        vec_store(c + v * LANES, vec_add(acc[v], vec_all(0)));
}

/* One vector of columns, of which `last` are there (in b all: pack fills it up), for `rows` rows at
 * once, slices s .. end - 1: a single chain would wait for each of its sums. */
static inline __attribute__((always_inline)) void abreast(const struct terms *t, int s, int end,
                                                          struct right b, struct init init,
                                                          float *c, size_t pitch, int rows,
                                                          int last) {
    vec acc[ABREAST];
    int i = 0, common = BLOCK;
    for (int r = 0; r < rows; r++) {
        int n = t[r].start[end] - t[r].start[s];
        common = n < common ? n : common;
        acc[r] = init.p ? vec_load_first(init.p + (size_t)r * init.row, last) : vec_all(0);
    }
    for (; i < common; i++)
        for (int r = 0; r < rows; r++) {
            int k = t[r].place[t[r].start[s] + i];
            acc[r] = vec_fma(vec_all(t[r].left[k]), vec_load(b.p + (size_t)(k - b.first) * b.term),
                             acc[r]);
        }
    for (int r = 0; r < rows; r++) {
        for (int n = t[r].start[s] + i; n < t[r].start[end]; n++) {
            int k = t[r].place[n];
            acc[r] = vec_fma(vec_all(t[r].left[k]), vec_load(b.p + (size_t)(k - b.first) * b.term),
                             acc[r]);
        }
        vec_store_first(c + (size_t)r * pitch, vec_add(acc[r], vec_all(0)), last);
    }
}

/* abreast for all rows. */
static void narrow(const struct terms *t, int s, int end, struct right b, struct init init,
                   float *c, size_t pitch, int rows, int last) {
    int r = 0;
    for (; rows - r >= ABREAST; r += ABREAST)
        abreast(t + r, s, end, b, init_at(init, r, 0), c + (size_t)r * pitch, pitch, ABREAST, last);
    for (; r < rows; r++)
        abreast(t + r, s, end, b, init_at(init, r, 0), c + (size_t)r * pitch, pitch, 1, last);
}

/* All rows of one slice, for some columns; where nothing is to be added, nothing is done. */
static inline __attribute__((always_inline)) void wide(const struct terms *t, int s, struct right b,
                                                       struct init init, float *c, size_t pitch,
                                                       int rows, int vectors) {
    for (int r = 0; r < rows; r++)
        if (s == 0 || t[r].start[s + 1] > t[r].start[s])
            chain(&t[r], s, b, init.p ? init.p + (size_t)r * init.row : NULL, c + (size_t)r * pitch,
                  vectors);
}

/* One slice of DEPTH terms or fewer, at most PANEL columns. */
static void slice(const struct terms *t, int s, int depth, struct right b, struct init init,
                  float *c, size_t pitch, int rows, int cols, int uses) {
    _Alignas(64) float space[DEPTH * PANEL];
    struct right near = b;
    int j = 0, last = cols % LANES;
    if (worth_packing(b, uses)) {
        near = pack(right_at(b, s * DEPTH, 0), depth, cols, PANEL, space);
        near.first = s * DEPTH;
    }
    for (; cols - j >= PANEL; j += PANEL)
        wide(t, s, right_at(near, 0, j), init_at(init, 0, j), c + j, pitch, rows, WIDE);
    for (; cols - j >= PANEL / 4; j += PANEL / 4)
        wide(t, s, right_at(near, 0, j), init_at(init, 0, j), c + j, pitch, rows, WIDE / 4);
    for (; cols - j >= LANES; j += LANES)
        wide(t, s, right_at(near, 0, j), init_at(init, 0, j), c + j, pitch, rows, 1);
    if (last) {
        near = pack(right_at(b, s * DEPTH, j), depth, last, LANES, space);
        near.first = s * DEPTH;
        narrow(t, s, s + 1, near, init_at(init, 0, j), c + j, pitch, rows, last);
    }
}

static void sparse(const struct terms *t, struct right b, int count, struct init init, float *c,
                   size_t pitch, int rows, int cols, int found) {
    if (cols <= LANES) {
        _Alignas(64) float space[BLOCK * LANES];
        narrow(t, 0, (count + DEPTH - 1) / DEPTH, pack(b, count, cols, LANES, space), init, c,
               pitch, rows, cols);
        return;
    }
    for (int s = 0; s * DEPTH < count; s++)
        for (int j = 0; j < cols; j += PANEL)
            slice(t, s, count - s * DEPTH < DEPTH ? count - s * DEPTH : DEPTH, right_at(b, 0, j),
                  s == 0 ? init_at(init, 0, j) : (struct init){c + j, pitch}, c + j, pitch, rows,
                  cols - j < PANEL ? cols - j : PANEL, found / count);
}

/* ---- few columns, and rows' left factors side by side ---- */

/* Term by term instead of row by row: the sums of a band stay in the nearest cache, and lists of
 * each row's terms, which would cost more than such short chains, are not needed. */
static void accumulate(struct left a, struct right b, int count, struct init init, float *c,
                       size_t pitch, int rows, int cols) {
    _Alignas(64) float sums[BAND][FEW];
    _Alignas(64) float space[BLOCK * FEW];
    struct right near = pack(b, count, cols, FEW, space);
    uint8_t place[2][BAND + VEC_LIST]; /* the next term is listed before this one's list is read */
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < FEW; j += LANES)
            vec_store(sums[r] + j,
                      init.p ? load(init.p + (size_t)r * init.row + j, cols - j) : vec_all(0));
    int next = list(place[0], a.p, rows, 0);
    for (int i = 0; i < count; i++) {
        const float *p = a.p + (size_t)i * a.term;
        int n = next;
        if (i + 1 < count)
            next = list(place[(i + 1) % 2], p + a.term, rows, 0);
        vec right[FEW / LANES];
        for (int v = 0; v < FEW / LANES; v++)
            right[v] = vec_load(near.p + (size_t)i * FEW + v * LANES);
        for (int k = 0; k < n; k++) {
            int r = place[i % 2][k];
            for (int v = 0; v < FEW / LANES; v++)
                vec_store(sums[r] + v * LANES,
                          vec_fma(vec_all(p[r]), right[v], vec_load(sums[r] + v * LANES)));
        }
    }
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < cols; j += LANES)
            store(c + (size_t)r * pitch + j, vec_add(vec_load(sums[r] + j), vec_all(0)), cols - j);
}

/* ---- whole products ---- */

static void product(struct left a, struct right b, int count, struct init init, struct tensor c) {
    struct terms t[BAND];
    float copy[BAND][BLOCK + LANES];
    size_t pitch = (size_t)c.cols;
    for (int i = 0; i < count; i += BLOCK) {
        int n = count - i < BLOCK ? count - i : BLOCK;
        struct right right = right_at(b, i, 0);
        for (int r = 0; r < c.rows; r += BAND) {
            int rows = c.rows - r < BAND ? c.rows - r : BAND;
            struct left left = left_at(a, r, i);
            struct init from =
                i == 0 ? init_at(init, r, 0) : (struct init){tensor_row(c, r), pitch};
            if (left.row == 1 && c.cols <= FEW) {
                accumulate(left, right, n, from, tensor_row(c, r), pitch, rows, c.cols);
                continue;
            }
            int found =
                left.term == 1 ? list_rows(t, left, n, rows) : list_columns(t, left, n, rows, copy);
            if (found == DENSE)
                dense(left, right, n, from, tensor_row(c, r), pitch, rows, c.cols);
            else
                sparse(t, right, n, from, tensor_row(c, r), pitch, rows, c.cols, found);
        }
    }
}

static void ab(struct tensor a, struct tensor b, const float *bias, struct tensor c) {
    product((struct left){a.data, (size_t)a.cols, 1}, (struct right){b.data, (size_t)b.cols, 1, 0},
            a.cols, (struct init){bias, 0}, c);
}

static void atb(struct tensor a, int first, struct tensor b, struct tensor c) {
    product((struct left){a.data + first, 1, (size_t)a.cols},
            (struct right){b.data, (size_t)b.cols, 1, 0}, a.rows, (struct init){NULL, 0}, c);
}

static void abt(struct tensor a, struct tensor b, struct tensor c) {
    product((struct left){a.data, (size_t)a.cols, 1}, (struct right){b.data, 1, (size_t)b.cols, 0},
            a.cols, (struct init){NULL, 0}, c);
}

extern const struct gemm ONEHOT_GEMM;
const struct gemm ONEHOT_GEMM = {ab, atb, abt};
