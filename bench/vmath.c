/* Measures exp, log and tanh over all 2^32 floats: the largest error in units in the last place,
 * and how many results are not the nearest float. The reference is libm's long double (64
 * significant bits on x86), rounded to float. Takes some minutes on all cores: make bench-vmath. */
#include "tensor/vmath.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct class_counts {
    double largest;
    long long misrounded;
};

/* Compares one result with the exact value: NaN, infinities and zeros must match exactly. */
static void compare(float got, long double exact, struct class_counts *t) {
    float nearest = (float)exact;
    if (isnan(exact) || isinf(nearest) || isnan(got) || isinf(got)) {
        if (!(isnan(exact) && isnan(got)) && got != nearest)
            t->largest = INFINITY;
        return;
    }
    int e;
    frexpl(exact, &e); /* floats near it are 2^(e - 24) apart, subnormals 2^-149 */
    double ulps = (double)(fabsl((long double)got - exact) / ldexpl(1, (e < -125 ? -125 : e) - 24));
    t->largest = ulps > t->largest ? ulps : t->largest;
    t->misrounded += got != nearest;
}

enum { MANY = 1 << 16 }; /* numbers per call */

static void sweep(const char *name, void (*f)(size_t, const float *, float *),
                  long double (*exact)(long double)) {
    double largest = 0;
    long long misrounded = 0;
#pragma omp parallel for reduction(max : largest) reduction(+ : misrounded)
    for (int64_t high = 0; high < ((int64_t)1 << 32) / MANY; high++) {
        struct class_counts t = {0};
        float x[MANY], y[MANY];
        for (uint32_t low = 0; low < MANY; low++) {
            uint32_t bits = (uint32_t)high * MANY + low;
            memcpy(&x[low], &bits, sizeof bits);
        }
        f(MANY, x, y);
        for (int i = 0; i < MANY; i++)
            compare(y[i], exact((long double)x[i]), &t);
        largest = t.largest > largest ? t.largest : largest;
        misrounded += t.misrounded;
    }
    printf("%-5s largest error %.6f ulp, %lld of 2^32 misrounded\n", name, largest, misrounded);
    fflush(stdout);
}

static void logs(size_t n, const float *x, float *y) {
    for (size_t i = 0; i < n; i++)
        y[i] = vmath_log(x[i]);
}

int main(void) {
    sweep("exp", vmath_exp, expl);
    sweep("log", logs, logl);
    sweep("tanh", vmath_tanh, tanhl);
    return 0;
}
