/* tensor: matrix products in every kernel, fma in software, exp, log and tanh, softmax. */
#include "base/rng.h"
#include "tensor/fma.h"
#include "tensor/kernel.h"
#include "tensor/softmax.h"
#include "tensor/vmath.h"
#include "test.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

Suite *test_tensor(void);

enum { MIXED = 1000 }; /* all-zero rows, rows without zeros, and all in between */

/* Random reals of very different magnitudes, both signs, and `zeros` zeros per 256. */
static struct tensor random_tensor(int rows, int cols, unsigned zeros, uint32_t stream) {
    struct tensor t = {calloc((size_t)rows * (size_t)cols, sizeof(real)), rows, cols};
    struct rng r = rng_stream(11, RNG_INIT, stream);
    for (size_t i = 0; i < tensor_size(t); i++)
        if (rng_u32(&r) % 256 >= (zeros == MIXED ? i / (size_t)cols * 64 % 320 : zeros))
            t.data[i] = (real)ldexp(2 * (double)rng_uniform(&r) - 1, (int)rng_below(&r, 12) - 6);
    return t;
}

/* The definition, with libm's fmaf: c[r][j] = fma chain over i of a(r, i) b(i, j), from init[j],
 * plus 0. It skips nothing; kernels do, which must not change the bits. It is not instrumented,
 * since it would otherwise take most of the time in a build with sanitizers. */
__attribute__((no_sanitize("address", "undefined"))) static void
define(int rows, int cols, int count, const real *a, size_t a_row, size_t a_col, const real *b,
       size_t b_row, size_t b_col, const real *init, real *c) {
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < cols; j++) {
            float acc = init ? init[j] : 0;
            for (int i = 0; i < count; i++)
                acc = fmaf(a[(size_t)r * a_row + (size_t)i * a_col],
                           b[(size_t)i * b_row + (size_t)j * b_col], acc);
            c[(size_t)r * (size_t)cols + (size_t)j] = acc + 0;
        }
}

/* Compares the two, and fills the result with NaN for the next product to replace. */
static void check_bits(struct tensor got, const real *want) {
    ck_assert_mem_eq(got.data, want, tensor_size(got) * sizeof(real));
    memset(got.data, 0xff, tensor_size(got) * sizeof(real));
}

/* A step of gradient descent from b, in blocks, against the definition: two roundings. */
static void check_descend(struct tensor a, struct tensor b, struct tensor dy, struct tensor to,
                          const real *dw) {
    const real rate = 0.3f, none = 0; /* as a float: 1e-50 is a learning rate, too */
    if (a.rows > GEMM_DESCEND || !kernel_gemm()->descend)
        return;
    memcpy(to.data, b.data, tensor_size(to) * sizeof(real));
    kernel_gemm()->descend(a, 0, dy, none, to);
    ck_assert_mem_eq(to.data, b.data, tensor_size(to) * sizeof(real));
    for (int first = 0; first < to.rows; first += 37)
        kernel_gemm()->descend(a, first, dy, rate,
                               tensor_rows(to, first, to.rows - first < 37 ? to.rows - first : 37));
    for (size_t i = 0; i < tensor_size(to); i++) {
        volatile real product = rate * dw[i];
        ck_assert(to.data[i] == b.data[i] - product);
    }
}

/* Checks all three products, n x k x m, in every kernel against the definition, by memcmp. */
static void check_products(int n, int k, int m, unsigned zeros) {
    struct error e = {0};
    struct tensor a = random_tensor(n, k, zeros, 1), b = random_tensor(k, m, 0, 2);
    struct tensor bias = random_tensor(1, m, 0, 3), c = random_tensor(n, m, 0, 4);
    struct tensor dy = random_tensor(n, m, zeros, 5);
    struct tensor dw = random_tensor(k, m, 0, 6), dx = random_tensor(n, k, 0, 7);
    size_t K = (size_t)k, M = (size_t)m;
    real *want = malloc((2 * tensor_size(c) + tensor_size(dw) + tensor_size(dx)) * sizeof(real));
    real *want_biased = want + tensor_size(c), *want_dw = want_biased + tensor_size(c),
         *want_dx = want_dw + tensor_size(dw);

    define(n, m, k, a.data, K, 1, b.data, M, 1, NULL, want);
    define(n, m, k, a.data, K, 1, b.data, M, 1, bias.data, want_biased);
    define(k, m, n, a.data, 1, K, dy.data, M, 1, NULL, want_dw);
    define(n, k, m, dy.data, M, 1, b.data, 1, M, NULL, want_dx);
    for (int i = 0; kernel_available(i); i++) {
        ck_assert_int_eq(kernel_choose(kernel_available(i), &e), 0);
        ck_assert_str_eq(kernel_name(), kernel_available(i));
        kernel_gemm()->ab(a, b, bias.data, c);
        check_bits(c, want_biased);
        kernel_gemm()->ab(a, b, NULL, c);
        check_bits(c, want);
        for (int first = 0; first < k; first += 37) /* in blocks, as training does */
            kernel_gemm()->atb(a, first, dy,
                               tensor_rows(dw, first, k - first < 37 ? k - first : 37));
        check_bits(dw, want_dw);
        kernel_gemm()->atb(a, 0, dy, dw);
        check_bits(dw, want_dw);
        kernel_gemm()->abt(dy, b, dx);
        check_bits(dx, want_dx);
        check_descend(a, b, dy, dw, want_dw);
    }

    struct tensor all[] = {a, b, bias, c, dy, dw, dx};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i].data);
    free(want);
}

START_TEST(every_kernel_gives_the_bits_of_the_definition) {
    for (int m = 1; m < 20; m++)
        check_products(3, 5, m, 100);
    check_products(1, 1, 1, 0);
    check_products(7, 130, 65, 200);
    check_products(32, 97, 128, 128);
    check_products(5, 64, 200, 256);   /* only zeros on the left */
    check_products(33, 70, 83, 0);     /* no zero at all */
    check_products(70, 600, 150, 20);  /* larger than every block, dense */
    check_products(70, 600, 150, 230); /* and sparse */
    check_products(300, 150, 10, 190); /* few columns */
    check_products(150, 300, 16, 30);
    check_products(9, 521, 33, MIXED);
    check_products(140, 270, 256, MIXED); /* columns at distances of a power of two */
    check_products(140, 70, 512, 100);
    check_products(128, 64, 300, 160); /* the most terms of descend, in two slices */
    check_products(100, 300, 1100, 0); /* so large that the next panel is fetched */
}
END_TEST

/* The products of n x k pixels, listed in pairs of rows that begin anew at row `cut`, as the
 * samples of a thread do, with k x m numbers, in every kernel that has them. */
static void check_pairs(int n, int k, int m, int cut, unsigned zeros) {
    struct error e = {0};
    struct tensor value = random_tensor(1, 256, 0, 1), b = random_tensor(k, m, 0, 2);
    struct tensor bias = random_tensor(1, m, 0, 3), c = random_tensor(n, m, 0, 4);
    struct tensor dy = random_tensor(n, m, zeros, 5), dw = random_tensor(k, m, 0, 6);
    struct tensor a = random_tensor(n, k, 0, 7), want = random_tensor(n + k, m, 0, 8);
    struct rng r = rng_stream(12, RNG_INIT, 0);
    struct pair *pairs = calloc((size_t)n, sizeof *pairs);
    uint8_t *pixels = malloc(tensor_size(a));
    value.data[0] = 0;
    for (size_t i = 0; i < tensor_size(a); i++) {
        pixels[i] = rng_u32(&r) % 256 >= zeros ? (uint8_t)rng_u32(&r) : 0;
        a.data[i] = value.data[pixels[i]];
    }
    real *want_dw = want.data + tensor_size(c);
    define(n, m, k, a.data, (size_t)k, 1, b.data, (size_t)m, 1, bias.data, want.data);
    define(k, m, n, a.data, 1, (size_t)k, dy.data, (size_t)m, 1, NULL, want_dw);
    for (int i = 0; kernel_available(i); i++) {
        ck_assert_int_eq(kernel_choose(kernel_available(i), &e), 0);
        const struct gemm *g = kernel_gemm();
        for (int row = 0, end; row < n && g->pair; row = end) {
            end = row + 2 <= (row < cut ? cut : n) ? row + 2 : row + 1;
            pairs[row] = (struct pair){.rows = end - row,
                                       .pixels = {pixels + row * k, pixels + row * k + k},
                                       .value = value.data};
            g->pair(&pairs[row], k);
        }
        if (!g->pair)
            continue;
        g->pairs_ab(pairs, b, bias.data, tensor_rows(c, 0, cut));
        g->pairs_ab(pairs + cut, b, bias.data, tensor_rows(c, cut, n - cut));
        check_bits(c, want.data);
        for (int first = 0; first < k; first += 45) /* not in step with groups of columns */
            g->pairs_atb(pairs, first, dy, 0,
                         tensor_rows(dw, first, k - first < 45 ? k - first : 45));
        check_bits(dw, want_dw);
        memcpy(dw.data, b.data, tensor_size(dw) * sizeof(real));
        g->pairs_atb(pairs, 0, dy, 0.3f, dw);
        for (size_t j = 0; j < tensor_size(dw); j++) {
            volatile real product = 0.3f * want_dw[j];
            ck_assert(dw.data[j] == b.data[j] - product);
        }
    }
    struct tensor all[] = {value, b, bias, c, dy, dw, a, want};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i].data);
    free(pairs);
    free(pixels);
}

START_TEST(products_of_listed_pixels_have_the_bits_of_the_definition) {
    for (int m = 1; m <= GEMM_FEW; m++)
        check_pairs(6, 48, m, 3, 150);
    check_pairs(1, 16, 1, 0, 0);
    check_pairs(2, 80, 10, 1, 100);
    check_pairs(7, 16, 3, 4, 256); /* black images */
    check_pairs(5, 112, 16, 5, 0); /* no black pixel */
    check_pairs(64, 784, 10, 21, 207);
    check_pairs(3, GEMM_PAIR, 10, 0, 0); /* the longest list */
    check_pairs(4, GEMM_PAIR - GEMM_GROUP, 10, 1, 128);
}
END_TEST

/* A product that underflows leaves -0, and skipping the next term would keep it. */
START_TEST(a_sum_of_zero_is_positive_in_every_kernel) {
    struct error e = {0};
    for (int i = 0; kernel_available(i); i++) {
        real a[] = {1e-30f, 0}, b[] = {-1e-30f, 5}, minus = -0.0f, c = 1;
        ck_assert_int_eq(kernel_choose(kernel_available(i), &e), 0);
        struct tensor A = {a, 1, 2}, B = {b, 2, 1}, C = {&c, 1, 1}, row = {b, 1, 2};
        kernel_gemm()->ab(A, B, NULL, C);
        ck_assert(c == 0 && !signbit(c));
        kernel_gemm()->ab((struct tensor){a + 1, 1, 1}, (struct tensor){b + 1, 1, 1}, &minus, C);
        ck_assert(c == 0 && !signbit(c));
        kernel_gemm()->abt(A, row, C);
        ck_assert(c == 0 && !signbit(c));
        kernel_gemm()->atb((struct tensor){a, 2, 1}, 0, B, C);
        ck_assert(c == 0 && !signbit(c));
    }
}
END_TEST

START_TEST(an_unavailable_kernel_is_refused_by_name) {
    struct error e = {0};
    ck_assert_int_eq(kernel_choose("abacus", &e), -1);
    ck_assert_int_eq(e.status, ERROR_INPUT);
    ck_assert_ptr_nonnull(strstr(e.text, "ONEHOT_KERNEL=abacus"));
    ck_assert_ptr_nonnull(strstr(e.text, "scalar"));
}
END_TEST

static float from_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void check_fma(float a, float b, float c) {
    float want = fmaf(a, b, c), got = fma_software(a, b, c);
    if (isnan(want) ? !isnan(got) : memcmp(&want, &got, sizeof got) != 0)
        ck_abort_msg("fma(%a, %a, %a) = %a, not %a", a, b, c, got,
                     want); /* an assertion per case is slow */
}

/* glibc's fmaf is exact, with or without the instruction. */
START_TEST(software_fma_is_correctly_rounded) {
    static const float special[] = {
        0.0f,     -0.0f,         1.0f,       -1.0f,     INFINITY,        -INFINITY,
        NAN,      0x1p-149f,     -0x1p-149f, 0x1p-126f, 0x1.fffffep127f, 0x1.000002p0f,
        0x1p-75f, 0x1.fffffep-1f};
    enum { N = sizeof special / sizeof *special };
    for (int i = 0; i < N * N * N; i++)
        check_fma(special[i % N], special[i / N % N], special[i / N / N]);
    struct rng r = rng_stream(5, RNG_INIT, 0);
    for (int i = 0; i < 2000000; i++) {
        float a = from_bits(rng_u32(&r)), b = from_bits(rng_u32(&r)), c = from_bits(rng_u32(&r));
        check_fma(a, b, c);
        /* c near -a b, and near a halfway case, where rounding twice would show */
        float near = -(a * b) * (1 + (float)((int)rng_below(&r, 9) - 4) * 0x1p-23f);
        check_fma(a, b, near);
        check_fma(a, b, near * 0x1p24f);
        check_fma(a, b, near * 0x1p-25f);
    }
}
END_TEST

static float random_sign(struct rng *r) {
    return rng_below(r, 2) ? 1 : -1;
}

/* One term and a bias: a b is half a unit in the last place of c, less the square of a tiny number,
 * which double cannot hold. So the sum must be rounded towards c, as if it were no tie. In some
 * vectors, c is subnormal. */
static void check_kernel_fma(struct rng *r) {
    enum { M = 64 };
    int scale = -26 - (int)rng_below(r, 40);
    float tiny = ldexpf(1, -15 - (int)rng_below(r, 9)), a = ldexpf(1 + tiny, scale);
    float b[M], c[M], got[M];
    for (int j = 0; j < M; j++) {
        int ulp = j % 8 >= 4 ? -149 : scale + (int)rng_below(r, 40) - 20;
        int bits = j % 8 >= 4 ? (int)rng_below(r, 1 << 23) : (1 << 23) + (int)rng_below(r, 1 << 23);
        b[j] = random_sign(r) * ldexpf(1 - tiny, ulp - 1 - scale);
        c[j] = random_sign(r) * ldexpf((float)bits, ulp);
    }
    kernel_gemm()->ab((struct tensor){&a, 1, 1}, (struct tensor){b, 1, M}, c,
                      (struct tensor){got, 1, M});
    for (int j = 0; j < M; j++) {
        float want = fmaf(a, b[j], c[j]) + 0;
        if (memcmp(&want, &got[j], sizeof want) != 0)
            ck_abort_msg("%s: fma(%a, %a, %a) = %a, not %a", kernel_name(), a, b[j], c[j], got[j],
                         want);
    }
}

START_TEST(every_kernel_rounds_a_term_once) {
    struct error e = {0};
    for (int i = 0; kernel_available(i); i++) {
        struct rng r = rng_stream(6, RNG_INIT, 0);
        ck_assert_int_eq(kernel_choose(kernel_available(i), &e), 0);
        for (int n = 0; n < 10000; n++)
            check_kernel_fma(&r);
    }
}
END_TEST

/* The distance from the exact value in ulps of a float at that value. */
static double ulps(float got, double exact) {
    int e;
    frexp(exact, &e);
    return fabs((double)got - exact) / ldexp(1, (e < -125 ? -125 : e) - 24);
}

/* Computes a number alone and among many, which takes a different path; the results must agree. */
static float one(void (*f)(size_t, const real *, real *), float x) {
    real many[37], y;
    for (int i = 0; i < 37; i++)
        many[i] = x;
    f(37, many, many);
    f(1, &x, &y);
    for (int i = 0; i < 37; i++)
        if (memcmp(&many[i], &y, sizeof y) != 0)
            ck_abort_msg("at %a: %a alone, but %a as number %d of 37", x, y, many[i], i);
    return y;
}

static float exp1(float x) {
    return one(vmath_exp, x);
}

static float tanh1(float x) {
    return one(vmath_tanh, x);
}

/* libm's double functions are exact to about 2^-52, far below the bound claimed here: half an ulp
 * for rounding to float, and 0.01 ulp for everything before that. */
START_TEST(exp_log_and_tanh_are_within_0_51_ulp) {
    for (uint32_t bits = 0; bits < 0xffffffffu - 10007; bits += 10007) {
        float x = from_bits(bits);
        if (!isfinite(x))
            continue;
        if (x < 88.72f && x > -103.9f)
            ck_assert_msg(ulps(exp1(x), exp(x)) < 0.51, "exp(%a) = %a", x, exp1(x));
        if (x > 0)
            ck_assert_msg(ulps(vmath_log(x), log(x)) < 0.51, "log(%a) = %a", x, vmath_log(x));
        ck_assert_msg(ulps(tanh1(x), tanh(x)) < 0.51, "tanh(%a) = %a", x, tanh1(x));
    }
}
END_TEST

START_TEST(exp_log_and_tanh_have_the_right_limits) {
    ck_assert(exp1(0) == 1 && exp1(-INFINITY) == 0 && isinf(exp1(INFINITY)));
    ck_assert(isinf(exp1(88.73f)) && isfinite(exp1(88.72f)) && exp1(-104) == 0);
    ck_assert(exp1(-103.9f) == 0x1p-149f && isnan(exp1(NAN)));
    ck_assert(vmath_log(1) == 0 && vmath_log(0) == -INFINITY && vmath_log(-0.0f) == -INFINITY);
    ck_assert(isnan(vmath_log(-1)) && isnan(vmath_log(NAN)) && isinf(vmath_log(INFINITY)));
    ck_assert(tanh1(INFINITY) == 1 && tanh1(-INFINITY) == -1 && isnan(tanh1(NAN)));
    ck_assert(tanh1(0x1p-149f) == 0x1p-149f && signbit(tanh1(-0.0f)));
}
END_TEST

/* Compares bits: these values were computed once, and every build must reproduce them. */
START_TEST(exp_log_and_tanh_give_the_same_bits_everywhere) {
    uint32_t hash = 0, bits;
    for (uint32_t i = 0; i < 200000; i++) {
        float x = from_bits(0x3a000000u + i * 389u), y[3];
        y[0] = exp1(-x);
        y[1] = vmath_log(x);
        y[2] = tanh1(x);
        for (int k = 0; k < 3; k++) {
            memcpy(&bits, &y[k], sizeof bits);
            hash = (hash ^ bits) * 16777619u;
        }
    }
    ck_assert_uint_eq(hash, 1130505155u);
}
END_TEST

/* libm's sine of pi x / 2 has the error from rounding pi x / 2, 2^-54 pi, and its own error. */
START_TEST(a_sine_is_as_accurate_as_claimed) {
    ck_assert(vmath_sine(0) == 0);
    for (int i = -50000; i <= 50000; i++) {
        double x = i / 1e5;
        ck_assert_double_eq_tol(vmath_sine(x), sin(acos(-1) / 2 * x), 0x1p-52);
        ck_assert(vmath_sine(-x) == -vmath_sine(x));
    }
}
END_TEST

START_TEST(powers_are_exact_or_as_accurate_as_claimed) {
    ck_assert(vmath_power(0.5, 0) == 1 && vmath_power(0, 0) == 1 && vmath_power(0, 3) == 0);
    ck_assert(vmath_power(0.5, 10) == 0x1p-10 && vmath_power(0.75, 5) == 243.0 / 1024);
    ck_assert(vmath_power(0x1p-12, 0.25) == 0.125 && vmath_power(0.25, 3.5) == 0x1p-7);
    ck_assert(vmath_power(1, 1e15) == 1 && vmath_power(0.999, 1e15) == 0);
    for (int i = 1; i < 1000; i++)
        for (int k = 1; k < 1000; k += 7) {
            double x = i / 1000.0, of_share = pow(x, k / 1000.0), of_count = pow(x, k);
            ck_assert_double_eq_tol(vmath_power(x, k / 1000.0), of_share, 0x1p-45 * of_share);
            if (of_count >= DBL_MIN)
                ck_assert_double_eq_tol(vmath_power(x, k), of_count, (k + 2) * 0x1p-53 * of_count);
        }
}
END_TEST

START_TEST(the_largest_value_is_found_wherever_it_is) {
    real x[100];
    for (size_t n = 1; n <= 100; n++)
        for (size_t at = 0; at < n; at++) {
            for (size_t i = 0; i < n; i++)
                x[i] = -(real)(i % 7) - 2;
            x[at] = -1;
            ck_assert(vmath_max(n, x) == -1);
        }
}
END_TEST

START_TEST(row_sums_are_added_in_order) {
    struct tensor x = random_tensor(21, 50, 0, 8);
    real sums[21];
    vmath_row_sums(x, sums);
    for (int r = 0; r < 21; r++) {
        real s = 0;
        for (int j = 0; j < 50; j++)
            s += tensor_row(x, r)[j];
        ck_assert_mem_eq(&sums[r], &s, sizeof s);
    }
    free(x.data);
}
END_TEST

/* ---- softmax ---- */

/* Computes softmax and log softmax of one row; returns whether they are defined. Both must agree.
 */
static bool distribution(int k, const real *z, double temperature, real *p, real *log_p) {
    struct tensor Z = {(real *)z, 1, k};
    int result = softmax_rows(Z, temperature, (struct tensor){p, 1, k});
    ck_assert_int_eq(softmax_log_rows(Z, temperature, (struct tensor){log_p, 1, k}), result);
    return result == 0;
}

START_TEST(softmax_of_logits_of_any_size_is_a_distribution) {
    const real z[] = {1000, -1000, 1000, 1e30f, -1e30f, 0, FLT_MAX, -FLT_MAX, -FLT_MAX};
    real p[3], y[3];
    ck_assert(distribution(3, z, 1, p, y));
    ck_assert(p[0] == 0.5f && p[1] == 0 && p[2] == 0.5f);
    ck_assert(y[0] == (real)-log(2) && y[1] == (real)(-2000 - log(2)) && y[2] == y[0]);
    ck_assert(distribution(3, z + 3, 1, p, y));
    ck_assert(p[0] == 1 && p[1] == 0 && p[2] == 0 && y[0] == 0 && y[1] == -2e30f && y[2] == -1e30f);
    ck_assert(distribution(3, z + 6, 1e38, p, y)); /* 2 FLT_MAX is not a float, but 6.8 is */
    double e = exp(2 * (double)FLT_MAX / -1e38);
    for (int j = 1; j < 3; j++)
        ck_assert_double_eq_tol((double)p[j], e / (1 + 2 * e), 1e-9);
    ck_assert(distribution(3, z + 6, 1, p, y));
    ck_assert(p[0] == 1 && p[1] == 0 && p[2] == 0 && y[1] == -INFINITY);
}
END_TEST

START_TEST(softmax_of_equal_logits_is_uniform_and_of_one_class_certain) {
    enum { MOST = 100000 };
    static real z[MOST], p[MOST], y[MOST];
    static const real values[] = {0, 1000, -1000, 1e30f, -1e30f};
    for (int v = 0; v < 5; v++) {
        for (int j = 0; j < MOST; j++)
            z[j] = values[v];
        for (int k = 1; k <= MOST; k *= 10) {
            ck_assert(distribution(k, z, 1, p, y));
            for (int j = 0; j < k; j++)
                ck_assert(p[j] == 1 / (real)k && y[j] == -vmath_log((real)k));
        }
    }
}
END_TEST

/* K additions and one division: p sums to 1 within K half ulps, the largest error of a chain. */
START_TEST(softmax_of_100000_classes_sums_to_1) {
    enum { K = 100000 };
    static real p[K], y[K];
    struct tensor z = random_tensor(1, K, 0, 9);
    double sum = 0;
    ck_assert(distribution(K, z.data, 1, p, y));
    for (int j = 0; j < K; j++) {
        ck_assert(p[j] > 0 && fabs(exp((double)y[j]) / (double)p[j] - 1) < (K + 200) * 0x1p-24);
        sum += (double)p[j];
    }
    ck_assert_double_eq_tol(sum, 1, K * 0x1p-24);
    free(z.data);
}
END_TEST

START_TEST(softmax_gives_a_masked_class_exactly_0) {
    const real z[] = {-INFINITY, 1, -INFINITY, 1, -FLT_MAX};
    const double temperatures[] = {1e-300, 1, 1e300};
    for (int t = 0; t < 3; t++) {
        real p[5], y[5];
        ck_assert(distribution(5, z, temperatures[t], p, y));
        for (int j = 0; j < 3; j += 2)
            ck_assert(p[j] == 0 && !signbit(p[j]) && y[j] == -INFINITY);
        ck_assert(p[1] == (t < 2 ? 0.5f : 1 / 3.0f) && p[3] == p[1]);
    }
}
END_TEST

START_TEST(softmax_reports_rows_without_a_distribution_and_computes_the_others) {
    enum { ROWS = 70, K = 3 };
    static const real bad[][K] = {
        {-INFINITY, -INFINITY, -INFINITY}, {NAN, 0, 0},       {0, 0, NAN}, {0, INFINITY, 0},
        {INFINITY, 0, -INFINITY},          {INFINITY, NAN, 0}};
    for (int i = 0; i < 6; i++)
        for (int at = 0; at < ROWS; at += 23) {
            real z[ROWS * K] = {0}, p[ROWS * K], y[ROWS * K];
            struct tensor Z = {z, ROWS, K}, P = {p, ROWS, K}, Y = {y, ROWS, K};
            memcpy(z + K * at, bad[i], sizeof bad[i]);
            ck_assert_int_eq(softmax_rows(Z, 1, P), -1);
            ck_assert_int_eq(softmax_log_rows(Z, 1, Y), -1);
            for (int j = 0; j < ROWS * K; j++)
                if (j / K == at)
                    ck_assert(isnan(p[j]) && isnan(y[j]));
                else
                    ck_assert(p[j] == 1 / 3.0f);
        }
}
END_TEST

START_TEST(temperature_takes_softmax_from_argmax_to_uniform) {
    const real z[] = {3, -1, 3, 2.9999f}, far[] = {1e30f, -1e30f, 1e30f, 0};
    real p[4], y[4], last = 1;
    for (double t = 1e-300; t < 1e-6; t *= 1e10) {
        ck_assert(distribution(4, z, t, p, y));
        ck_assert(p[0] == 0.5f && p[1] == 0 && p[2] == 0.5f && p[3] == 0);
        ck_assert(distribution(4, far, t, p, y));
        ck_assert(p[0] == 0.5f && p[1] == 0 && p[2] == 0.5f && p[3] == 0);
    }
    for (double t = 0.01; t < 1e6; t *= 2) {
        ck_assert(distribution(4, z, t, p, y));
        ck_assert(p[0] <= last && p[0] == p[2] && p[0] >= p[3] && p[3] >= p[1]);
        last = p[0];
    }
    for (double t = 1e10; t < 1e300; t *= 1e10) {
        ck_assert(distribution(4, z, t, p, y));
        for (int j = 0; j < 4; j++)
            ck_assert(p[j] == 0.25f && y[j] == -vmath_log(4));
    }
}
END_TEST

START_TEST(softmax_may_work_in_place_and_row_by_row) {
    struct tensor z = random_tensor(150, 7, 0, 10), p = random_tensor(150, 7, 0, 11);
    ck_assert_int_eq(softmax_rows(z, 0.7, p), 0);
    for (int n = 0; n < 150; n++)
        ck_assert_int_eq(softmax_rows(tensor_rows(z, n, 1), 0.7, tensor_rows(z, n, 1)), 0);
    ck_assert_mem_eq(p.data, z.data, tensor_size(z) * sizeof(real));
    free(z.data);
    free(p.data);
}
END_TEST

Suite *test_tensor(void) {
    return TEST_SUITE(
        "tensor", every_kernel_gives_the_bits_of_the_definition,
        products_of_listed_pixels_have_the_bits_of_the_definition,
        a_sum_of_zero_is_positive_in_every_kernel, an_unavailable_kernel_is_refused_by_name,
        software_fma_is_correctly_rounded, every_kernel_rounds_a_term_once,
        exp_log_and_tanh_are_within_0_51_ulp, exp_log_and_tanh_have_the_right_limits,
        exp_log_and_tanh_give_the_same_bits_everywhere, a_sine_is_as_accurate_as_claimed,
        powers_are_exact_or_as_accurate_as_claimed, the_largest_value_is_found_wherever_it_is,
        row_sums_are_added_in_order, softmax_of_logits_of_any_size_is_a_distribution,
        softmax_of_equal_logits_is_uniform_and_of_one_class_certain,
        softmax_of_100000_classes_sums_to_1, softmax_gives_a_masked_class_exactly_0,
        softmax_reports_rows_without_a_distribution_and_computes_the_others,
        temperature_takes_softmax_from_argmax_to_uniform, softmax_may_work_in_place_and_row_by_row);
}
